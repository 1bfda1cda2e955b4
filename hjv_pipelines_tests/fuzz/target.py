"""One parser under atheris: `python -m hjv_pipelines_tests.fuzz.target NAME [libFuzzer's options] FOLDER…`.

libFuzzer keeps the inputs that reach something new, and stops at the first crash, hang or excess of memory. Half of its
mutations are our own, which know values from tags. Here: joining the two. Not here: which parsers, and for how long.
"""

import sys
from random import Random

import atheris

# Coverage is counted in our own code, and in the pure Python that reads for us.
with atheris.instrument_imports(include=["hjv_pipelines", "html.parser", "_markupbase", "zipfile", "email"]):
    from hjv_pipelines_tests.fuzz.mutations import mutated
    from hjv_pipelines_tests.fuzz.parsers import survives


def main() -> None:
    """Fuzz until libFuzzer has had enough."""
    name = sys.argv.pop(1)

    def mutate(content: bytes, longest: int, seed: int) -> bytes:
        rng = Random(seed)
        return mutated(content, rng, longest) if rng.random() < 0.5 else atheris.Mutate(content, longest)

    atheris.Setup(sys.argv, lambda content: survives(name, content) and None, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
