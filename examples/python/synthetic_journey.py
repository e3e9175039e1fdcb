"""Made-up data of the shape of the Complete Journey tables: a grocer, its households, a year of baskets."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

START = dt.datetime(2017, 1, 1)
DEPARTMENTS = ["GROCERY", "PRODUCE", "MEAT", "DRUG GM", "DELI", "PASTRY", "SEAFOOD", "NUTRITION"]
AGES = ["19-24", "25-34", "35-44", "45-54", "55-64", "65+"]
INCOMES = ["Under 15K", "15-24K", "25-34K", "35-49K", "50-74K", "75-99K", "100-124K", "150-174K"]
HOMES = ["1 Adult Kids", "1 Adult No Kids", "2 Adults Kids", "2 Adults No Kids"]


def tables(
    *, seed: int, n_households: int = 1_200, n_products: int = 3_000
) -> dict[str, dict[str, list[Any]]]:
    """Five tables as columns.

    Args:
        seed: The same seed gives the same tables.
        n_households: How many households.
        n_products: How many products.

    Returns:
        By source name, a table as a dict of columns.
    """
    rng = random.Random(seed)
    products: dict[str, list[Any]] = {
        "product_id": [],
        "department": [],
        "brand": [],
        "product_category": [],
    }
    prices = []
    for product in range(n_products):
        products["product_id"].append(product)
        products["department"].append(
            rng.choices(DEPARTMENTS, weights=[50, 12, 10, 10, 6, 5, 3, 4])[0]
        )
        products["brand"].append("Private" if rng.random() < 0.28 else "National")
        products["product_category"].append(f"CATEGORY {rng.randrange(120):03}")
        prices.append(round(rng.lognormvariate(0.9, 0.6), 2))

    lines: dict[str, list[Any]] = {
        name: []
        for name in [
            "household_id",
            "store_id",
            "basket_id",
            "product_id",
            "quantity",
            "sales_value",
            "retail_disc",
            "coupon_disc",
            "transaction_timestamp",
        ]
    }
    demographics: dict[str, list[Any]] = {
        name: [] for name in ["household_id", "age", "income", "household_comp", "kids_count"]
    }
    campaigns: dict[str, list[Any]] = {"campaign_id": [], "household_id": []}
    redemptions: dict[str, list[Any]] = {
        name: [] for name in ["household_id", "coupon_upc", "campaign_id", "redemption_date"]
    }
    basket = 0
    for household in range(1, n_households + 1):
        visits_a_week = rng.gammavariate(1.4, 0.9)
        lines_a_visit = 1 + rng.gammavariate(2.0, 3.0)
        likes_offers = rng.betavariate(2, 2)
        store = rng.randrange(300, 340)
        # Some stop coming some day; most do not.
        last_day = 365.0 if rng.random() < 0.75 else rng.uniform(60, 365)
        day = rng.expovariate(max(visits_a_week, 0.05) / 7)
        while day < last_day:
            basket += 1
            at = START + dt.timedelta(days=day)
            for _ in range(1 + int(rng.expovariate(1 / lines_a_visit))):
                product = min(int(rng.paretovariate(0.8)) - 1, n_products - 1)
                on_offer = rng.random() < likes_offers
                value = prices[product] * (0.8 if on_offer else 1.0)
                row = (
                    household,
                    store if rng.random() < 0.85 else rng.randrange(300, 340),
                    basket,
                    product,
                    1,
                    round(value, 2),
                    round(prices[product] - value, 2),
                    0.0,
                    at,
                )
                for column, cell in zip(lines.values(), row, strict=True):
                    column.append(cell)
            day += max(rng.expovariate(max(visits_a_week, 0.05) / 7), 0.01)
        if rng.random() < 0.33:
            home = rng.choice(HOMES)
            kids = "0" if "No Kids" in home else rng.choice(["1", "2", "3+"])
            row_of_home = (household, rng.choice(AGES), rng.choice(INCOMES), home, kids)
            for column, cell in zip(demographics.values(), row_of_home, strict=True):
                column.append(cell)
        for campaign in rng.sample(range(1, 28), k=rng.randrange(0, 6)):
            campaigns["campaign_id"].append(campaign)
            campaigns["household_id"].append(household)
            if rng.random() < 0.1:
                used = START + dt.timedelta(days=rng.uniform(0, 364))
                row_of_coupon = (household, 10_000_000 + rng.randrange(10_000), campaign, used)
                for column, cell in zip(redemptions.values(), row_of_coupon, strict=True):
                    column.append(cell)
    return {
        "transactions": lines,
        "products": products,
        "demographics": demographics,
        "campaigns": campaigns,
        "redemptions": redemptions,
    }
