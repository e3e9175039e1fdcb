"""Buy-till-you-die models beside `lifetimes`, on CDNOW: the same numbers first, then the times.

pip install "lifetimes==0.11.3" "numpy<2" "pandas>=2.2,<2.3" "scipy<1.12" "pyarrow<20"
python benches/python/btyd.py shared/data/cdnow/CDNOW_master.txt
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tagloom import marketing as mk

RUNS = 5
HORIZON = 39.0
LARGEST_DIFFERENCE = 1e-6


def timed(name: str, work: Callable[[], Any]) -> Any:
    walls, cpus, result = [], [], None
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    print(f"{name:<48} {wall:9.4f} s wall {cpu:9.4f} s CPU")
    return result


def same(name: str, ours: Any, theirs: Any) -> None:
    found, wanted = np.asarray(ours.to_list()), np.asarray(theirs)
    off = float(np.max(np.abs(found - wanted) / np.abs(wanted)))
    print(f"{name:<48} {len(found)} customers, largest relative difference {off:.1e}")
    if not off <= LARGEST_DIFFERENCE:
        sys.exit(f"{name} differs")


def main(path: str) -> None:
    warnings.filterwarnings("ignore")
    import lifetimes

    names = ["id", "day", "cds", "dollars"]
    frame = pd.read_csv(path, sep=r"\s+", header=None, skiprows=1, names=names)
    frame["day"] = pd.to_datetime(frame["day"].astype(str), format="%Y%m%d")

    def summarise() -> Any:
        return mk.btyd_summary(
            frame, customer="id", time="day", money="dollars", unit="7d", end="1997-09-30"
        )

    s = timed("summary, tagloom", summarise)
    timed(
        "summary, lifetimes",
        lambda: lifetimes.utils.summary_data_from_transaction_data(
            frame, "id", "day", observation_period_end="1997-09-30"
        ),
    )
    table = pd.DataFrame(s.to_dict())
    x, t_x, age = (table[name].to_numpy() for name in ("x", "t_x", "T"))
    for own, peer in [
        (mk.BgNbd, lifetimes.BetaGeoFitter),
        (mk.MbgNbd, lifetimes.ModifiedBetaGeoFitter),
        (mk.ParetoNbd, lifetimes.ParetoNBDFitter),
    ]:
        model = own().fit(s)
        theirs = peer()
        theirs.params_ = pd.Series(model.params)
        name = own.__name__
        same(
            f"{name} P(alive)",
            model.p_alive(s),
            theirs.conditional_probability_alive(x, t_x, age),
        )
        same(
            f"{name} expected purchases",
            model.expected_purchases(s, horizon=HORIZON),
            theirs.conditional_expected_number_of_purchases_up_to_time(HORIZON, x, t_x, age),
        )
        small = table.sample(2357, random_state=1).reset_index(drop=True)
        columns = [small[column] for column in ("x", "t_x", "T")]
        ours = timed(f"{name} fit of 2,357, tagloom", lambda: own().fit(small))
        fitted = timed(f"{name} fit of 2,357, lifetimes", lambda: peer().fit(*columns))
        print(f"{'':<48} parameters {ours.params}, theirs {dict(fitted.params_)}")
        big = pd.concat([table] * 43, ignore_index=True).head(1_000_000)
        timed(
            f"{name} expected purchases of 1 M, tagloom",
            lambda: model.expected_purchases(big, horizon=HORIZON),
        )


if __name__ == "__main__":
    main(sys.argv[1])
