"""The small dossier as a NumPy script, written from the method note and nothing else.

It imports nothing of thuishaven. It is what a careful analyst would write for one case: arrays of draws by
years, a line per cost, the
cash flow of each year, a present value. Every name in ``x`` is an input as drawn, shape (draws, 1) or a
number:

- ``today.*``, ``nearby.*``, ``own.*``: the sources; what has no prefix belongs to the world;
- ``z.USD``, ``z.CNY``, ``z.CHN``, ``z.NLD``: standard normals, (draws, years), the principal components of a
path;
- ``u.disruptions``: uniforms, (draws, years), for the number of disruptions.

The model, with t = 0 the year in which money is spent once and 1..H the years of supply:

- prices of a country rise at its own inflation, which fades to the target in a straight line; so do wages,
with yearly shocks on top;
- EUR per unit of currency: ``X_0 exp(sum of drift - s^2/2 t + s B_t)``, drift fading like inflation;
- a supplier's price moves with the exchange rate, for its labour share with wages and for the rest with
prices;
- per unit: price, freight, insurance, duty on the customs value, scrap, failures; per year: travel, default,
disruptions;
- balances W_t pay for what year t + 1 needs: goods under way, cycle and safety stock, payment terms, import
VAT;
- ``CF_t = -(1 - u) K_t + u Dep_t - I_t - (W_t - W_t-1) + Res_t``, with the book value left deducted in year
H;
- unit TCO ``= -NPV / ((1 - u) sum V_t (1 + r)^-t)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

H, RATE, TAX = 10, 0.08, 0.25
YEAR = np.arange(H + 1.0)
SUPPLY = (YEAR >= 1).astype(float)
DISCOUNT = (1 + RATE) ** -YEAR
SERVICE, REVIEW = 0.95, 7.0
DAYS, MONTHS = 365.0, 12.0


@dataclass
class Plan:
    """What a plan costs: by line EUR per unit on average, and per draw the unit TCO and the cash of each
    year.
    """

    lines: dict[str, float]
    public: dict[str, float]
    unit_tco: np.ndarray
    mean: float
    cash: np.ndarray


@dataclass
class Book:
    """Lines of a plan as they are written down."""

    size: int
    expense: dict[str, np.ndarray] = field(default_factory=dict)
    public: dict[str, np.ndarray] = field(default_factory=dict)
    stock: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    capital: dict[str, tuple[np.ndarray, np.ndarray, float]] = field(default_factory=dict)


def fading(years):
    return np.clip(1 - (YEAR - 1) / years, 0, 1)


def prices(own, x):
    growth = (
        np.log1p(x["inflation_target"] + (own - x["inflation_target"]) * fading(x["inflation_fade"])) * SUPPLY
    )
    return np.exp(np.cumsum(growth, axis=1))


def brownian(z):
    """A path from its principal components (Akesson and Lehoczky 1998), 0 in year 0."""
    t = np.arange(1, H + 1)
    angle = (2 * t - 1) * np.pi / (2 * H + 1)
    loadings = (1 / (2 * np.sin(angle / 2)))[:, None] * np.sin(np.outer(angle, t)) * 2 / np.sqrt(2 * H + 1)
    return np.concatenate([np.zeros((len(z), 1)), z @ loadings], axis=1)


def currency(sigma, drift, path, x):
    """Exchange rate against year 0."""
    drifted = np.cumsum(drift * fading(x["inflation_fade"]) * SUPPLY, axis=1)
    return np.exp(drifted - sigma**2 / 2 * YEAR + sigma * path)


def wages(own, path, x):
    """Wages in a country's own money, 1 in year 0."""
    growth = x["wage_long_run"] + (own - x["wage_long_run"]) * fading(x["wage_fade"])
    sd = x["wage_shock"]
    return np.exp(np.cumsum(np.log1p(growth) * SUPPLY, axis=1) + sd * path - sd**2 / 2 * YEAR)


def poisson(u, rate):
    """The least k with F(k) >= u."""
    count, p = np.zeros(u.shape), np.exp(-rate)
    below = p.copy()
    for k in range(1, 16):
        count += u > below
        p = p * rate / k
        below = below + p
    return count


def excess(weeks, buffer):
    """Mean weeks by which an exponential stop outlasts the buffer."""
    return weeks * np.exp(-buffer / weeks)


def stocked(book, x, source, units, landed, minimum, lot):
    """Cycle and safety stock of a source; returns the units of safety stock."""
    rate = x["holding_rate"] + RATE
    economic = np.sqrt(2 * x[f"{source}.order_cost"] * x["prices.NLD"] * units / (rate * landed))
    cycle = np.minimum(np.maximum(np.maximum(lot, minimum), economic), units) / 2
    book.stock["I02"] = (cycle * landed, x["holding_rate"])
    daily, daily_sd = units / DAYS, x["variation"] * units / MONTHS / np.sqrt(DAYS / MONTHS)
    lead, spread = x[f"{source}.lead"], x[f"{source}.lead_sd"]
    safety = ndtri(SERVICE) * np.sqrt((lead + REVIEW) * daily_sd**2 + daily**2 * spread**2)
    book.stock["I03"] = (safety * landed, x["holding_rate"])
    return safety


def quality(book, x, source, units, landed):
    book.expense["Q02"] = x[f"{source}.scrap"] * landed * units
    book.expense["Q03"] = x[f"{source}.failures"] * x["failure_cost"] * x["prices.NLD"] * units


def worth(book, units):
    """Cash flow, present value and unit TCO of the lines in a book."""
    volume = np.mean(units @ DISCOUNT)
    expense, invest = np.zeros((book.size, H + 1)), np.zeros((book.size, H + 1))
    depreciation, residual, need = (np.zeros((book.size, H + 1)) for _ in range(3))
    lines = {}
    for line, amount in book.expense.items():
        expense += amount
        lines[line] = np.mean(amount @ DISCOUNT) / volume
    for line, (balance, holding) in book.stock.items():
        due = np.zeros((book.size, H + 1))
        due[:, :-1] = balance[:, 1:]
        kept = balance * holding * SUPPLY
        need += due
        expense += kept
        lines[line] = np.mean(np.diff(due, axis=1, prepend=0) @ DISCOUNT + kept @ DISCOUNT) / volume
    for line, (amount, life, tax_life) in book.capital.items():
        left = amount * np.clip(1 - H / life, 0, 1)
        written = np.where((YEAR >= 1) & (tax_life >= YEAR), amount / tax_life, 0)
        invest[:, :1] += amount
        residual[:, -1:] += left
        depreciation += written
        # What is not written off yet when the asset is valued at the horizon is deducted then.
        depreciation[:, -1:] += amount - written.sum(axis=1, keepdims=True)
        lines[line] = np.mean(amount[:, 0] - left[:, 0] * DISCOUNT[-1]) / volume
    change = np.diff(need, axis=1, prepend=0)
    after_tax = -(1 - TAX) * expense - invest - change + (1 - TAX) * residual + TAX * depreciation
    npv = after_tax @ DISCOUNT
    lines["T03"] = TAX / (1 - TAX) * np.mean((invest - depreciation + change) @ DISCOUNT) / volume
    public = {line: np.mean(amount @ DISCOUNT) / volume for line, amount in book.public.items()}
    cost = -npv / (1 - TAX)
    return Plan(lines, public, cost / (units @ DISCOUNT), np.mean(cost) / volume, after_tax)


def today(x, units):
    book, p = Book(len(units)), x["prices.NLD"]
    dollar = x["fx.USD"] * x["moving.USD"]
    labour = x["labour_share"]
    price = (
        x["today.price"]
        * dollar
        * ((1 - labour) * x["prices.USA"] + labour * x["wages.CHN"] * x["moving.CNY"] / x["moving.USD"])
    )
    freight = x["today.freight"] * p
    insurance = x["today.insurance_rate"] * x["insured_factor"] * (price + freight)
    border = price + freight + insurance
    duty = x["today.duty_rate"] * border
    landed = border + duty
    load = np.minimum(
        x["container_volume"] * x["container_fill"] / x["volume_m3"], x["container_payload"] / x["mass_kg"]
    )
    load = np.maximum(load, 1)
    book.expense["P01"] = price * units
    book.expense["L02"] = freight * units
    book.expense["L04"] = insurance * units
    book.expense["L05"] = x["today.shipment_fees"] * p / load * units
    book.expense["L06"] = duty * units
    book.expense["C02"] = x["today.trips"] * x["today.trip_cost"] * p * SUPPLY
    quality(book, x, "today", units, landed)
    safety = stocked(book, x, "today", units, landed, 3000.0, load)
    book.stock["I01"] = (units / DAYS * x["today.transit"] * (landed - price), np.zeros(1))
    days = 0.3 * -75.0 + 0.7 * x["today.pay_days"]
    book.stock["I05"] = (-units * price * days / DAYS, np.zeros(1))
    book.stock["L10"] = (x["vat_rate"] * (border + duty) * units * x["today.vat_days"] / DAYS, np.zeros(1))
    covered = np.divide(safety * x["weeks"], units, out=np.zeros_like(safety), where=units > 0)
    count = np.zeros_like(units)
    count[:, 1:] = poisson(x["u.disruptions"], x["today.disruption_rate"])
    margin = np.maximum(x["selling_price"] * p - landed, 0) * units / x["weeks"]
    book.expense["K01"] = count * excess(x["today.disruption_weeks"], covered) * margin * x["lost_sales"]
    book.expense["K06"] = x["today.default_rate"] * x["today.switching_cost"] * p * SUPPLY
    tonne_km = x["mass_kg"] / 1000 * x["sea_km"]
    book.public["E02"] = tonne_km * x["sea_emissions"] / 1000 * x["carbon_price"] * p * units
    return worth(book, units)


def nearby(x, units):
    book, p = Book(len(units)), x["prices.NLD"]
    labour, uplift = x["labour_share"], 1 + x["contingency"]
    price = x["nearby.price"] * ((1 - labour) * p + labour * x["wages.NLD"])
    book.expense["P01"] = price * units
    quality(book, x, "nearby", units, price)
    stocked(book, x, "nearby", units, price, 1000.0, 1000.0)
    book.stock["I05"] = (-units * price * x["nearby.pay_days"] / DAYS, np.zeros(1))
    start = np.zeros(H + 1)
    start[0] = 1
    book.expense["R05"] = x["nearby.contract_exit"] * uplift * start
    book.expense["R06"] = x["nearby.qualification"] * uplift * start
    book.expense["R10"] = x["nearby.development"] * uplift * start
    book.capital["R03"] = (x["nearby.moulds"] * uplift, x["tooling_life"], 5.0)
    return worth(book, units)


def own(x, units):
    book, p, uplift = Book(len(units)), x["prices.NLD"], 1 + x["contingency"]
    wage = x["own.labour_cost"] * x["wages.NLD"]
    material = x["own.shell_kg"] * x["own.shell_price"] * p / x["own.yield"]
    labour = x["own.labour_hours"] * wage
    made = material + labour
    book.expense["P02"] = material * units
    book.expense["P03"] = labour * units
    book.expense["P06"] = x["own.energy_kwh"] * x["own.energy_price"] * p * units
    book.expense["P11"] = x["own.overhead"] * p * SUPPLY
    quality(book, x, "own", units, made)
    stocked(book, x, "own", units, made, 500.0, 2000.0)
    start = np.zeros(H + 1)
    start[0] = 1
    book.expense["R07"] = x["own.hires"] * x["own.cost_per_hire"] * x["wages.NLD"] * uplift * start
    book.capital["R02"] = (x["own.machines"] * uplift, x["machine_life"], 5.0)
    book.public["E01"] = x["own.energy_kwh"] * x["grid"] / 1000 * x["carbon_price"] * p * units
    return worth(book, units)


def world(x):
    """What all plans share: prices, exchange rates and wages, and the units of each year."""
    x = dict(x)
    dollar = brownian(x["z.USD"])
    rho = x["fx_correlation"]
    yuan = rho * dollar + np.sqrt(1 - rho**2) * brownian(x["z.CNY"])
    x["moving.USD"] = currency(x["fx_volatility.USD"], x["fx_drift.USD"], dollar, x)
    x["moving.CNY"] = currency(x["fx_volatility.CNY"], x["fx_drift.CNY"], yuan, x)
    x["prices.NLD"] = prices(x["inflation.NLD"], x)
    x["prices.USA"] = prices(x["inflation.USA"], x)
    x["wages.CHN"] = wages(x["wage_growth.CHN"], brownian(x["z.CHN"]), x)
    x["wages.NLD"] = wages(x["wage_growth.NLD"], brownian(x["z.NLD"]), x)
    units = x["units"] * (1 + x["growth"]) ** np.maximum(YEAR - 1, 0) * SUPPLY
    return x, units


def evaluate(x):
    """All plans, today first."""
    x, units = world(x)
    return {"today": today(x, units), "nearby": nearby(x, units), "own": own(x, units)}
