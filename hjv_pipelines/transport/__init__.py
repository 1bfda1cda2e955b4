"""How the wire is spoken: HTTP once, and RIV-TA's SOAP on top of it. Knows no source."""
