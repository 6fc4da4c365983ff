"""The small dossier as a NumPy script, written from the method note and nothing else.

It imports nothing of thuishaven. It is what a careful analyst would write for one case: arrays of draws by
years,
a line per cost, the cash flow of each year, a present value. Every name in ``x`` is an input as drawn, of
shape
(draws, 1):

- ``today.*``, ``nearby.*``, ``own.*`` belong to a source; what has no prefix belongs to the world;
- ``z.USD``, ``z.CNY``, ``z.CHN``, ``z.NLD``: standard normals, (draws, years), the components of a path;
- ``u.today``, ``u.nearby``: uniforms, (draws, years), for the number of disruptions.

The model, with t = 0 the year in which money is spent once and 1..H the years of supply:

- prices of a country rise at its own inflation, which fades to the target in a straight line; so do wages,
with
  yearly shocks on top;
- EUR per unit of currency: ``X_0 exp(sum of drift - s^2/2 t + s B_t)``, drift fading like inflation;
- a supplier's price moves with the exchange rate, for its labour share with wages, for the rest with prices;
- per unit: price or build-up, freight, insurance, duties on the customs value, handling, rush orders, scrap,
  failures; per year: travel, engineering, management, compliance, obsolescence, disruptions, default;
- once: buildings, machines and moulds, depreciated; qualification, hiring, double running; a ramp-up that
costs
  half of its months' output;
- balances W_t pay for what year t + 1 needs: goods under way, stock, payment terms, import VAT;
- ``CF_t = -(1 - u) K_t + u Dep_t - I_t - (W_t - W_t-1) + Res_t``, the book value left deducted in year H;
- unit TCO ``= -NPV / ((1 - u) sum V_t (1 + r)^-t)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

H, RATE, TAX = 10, 0.08, 0.25
YEAR = np.arange(H + 1.0)
SUPPLY = (YEAR >= 1).astype(float)
ONCE, ENTRY = (YEAR == 0).astype(float), (YEAR == 1).astype(float)
DISCOUNT = (1 + RATE) ** -YEAR
SERVICE, REVIEW = 0.95, 7.0
DAYS, MONTHS = 365.0, 12.0


@dataclass
class Plan:
    """What a plan costs: lines in EUR per unit and EUR per year on average, unit TCO and yearly cash per
    draw.
    """

    lines: dict[str, float]
    public: dict[str, float]
    by_year: dict[str, np.ndarray]
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
    """Price level of a country, 1 in year 0."""
    growth = x["inflation_target"] + (own - x["inflation_target"]) * fading(x["inflation_fade"])
    return np.exp(np.cumsum(np.log1p(growth) * SUPPLY, axis=1))


def brownian(z):
    """A path from its principal components (Akesson and Lehoczky 1998), 0 in year 0."""
    t = np.arange(1, H + 1)
    angle = (2 * t - 1) * np.pi / (2 * H + 1)
    loadings = (1 / np.sin(angle / 2))[:, None] * np.sin(np.outer(angle, t)) / np.sqrt(2 * H + 1)
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


def handled(book, x, source, units, landed):
    """What a unit and a source cost wherever they come from: handling, quality, end of life, management."""
    p = x["prices.NLD"]
    book.expense["L12"] = x[f"{source}.handling"] * p * units
    book.expense["E03"] = x["end_of_life"] * p * units
    book.expense["C08"] = x[f"{source}.management"] * x[f"{source}.management_cost"] * x["wages.NLD"] * SUPPLY
    book.expense["Q02"] = x[f"{source}.scrap"] * landed * units
    book.expense["Q03"] = x[f"{source}.failures"] * x["failure_cost"] * p * units


def stocked(book, x, source, units, landed, minimum, lot):
    """Cycle and safety stock of a source, and what of it becomes unsaleable; returns its safety stock."""
    rate = x["holding_rate"] + RATE
    economic = np.sqrt(2 * x[f"{source}.order_cost"] * x["prices.NLD"] * units / (rate * landed))
    cycle = np.minimum(np.maximum(np.maximum(lot, minimum), economic), units) / 2
    daily, daily_sd = units / DAYS, x["variation"] * units / MONTHS / np.sqrt(DAYS / MONTHS)
    lead, spread = x[f"{source}.lead"], x[f"{source}.lead_sd"]
    safety = ndtri(SERVICE) * np.sqrt((lead + REVIEW) * daily_sd**2 + daily**2 * spread**2)
    book.stock["I02"] = (cycle * landed, x["holding_rate"])
    book.stock["I03"] = (safety * landed, x["holding_rate"])
    book.expense["I06"] = x["obsolescence"] * (cycle + safety) * landed
    return safety


def disrupted(book, x, source, units, landed, safety):
    """Margin lost in disruptions that outlast the stock, and a supplier that fails."""
    p, weeks = x["prices.NLD"], x[f"{source}.disruption_weeks"]
    covered = np.divide(safety * x["weeks"], units, out=np.zeros_like(safety), where=units > 0)
    count = np.zeros_like(units)
    count[:, 1:] = poisson(x[f"u.{source}"], x[f"{source}.disruption_rate"])
    weekly = np.maximum(x["selling_price"] * p - landed, 0) * units / x["weeks"]
    book.expense["K01"] = count * weeks * np.exp(-covered / weeks) * weekly * x["lost_sales"]
    book.expense["K06"] = x[f"{source}.default_rate"] * x[f"{source}.switching_cost"] * p * SUPPLY


def started(book, x, source, units, made, instead):
    """Starting a source: what is spent once, and the output that is short while it runs up."""
    uplift = 1 + x["contingency"]
    months, parallel = x[f"{source}.parallel_months"], x[f"{source}.parallel_cost"]
    book.expense["R05"] = x[f"{source}.contract_exit"] * uplift * ONCE
    book.expense["R06"] = x[f"{source}.qualification"] * uplift * ONCE
    book.expense["R08"] = months / MONTHS * parallel * uplift * ONCE
    book.capital["R03"] = (x[f"{source}.moulds"] * uplift, x["tooling_life"], 5.0)
    short = np.minimum(x[f"{source}.ramp_up"] / MONTHS, 1) / 2 * units * ENTRY
    bridged = x[f"{source}.bridged"]
    margin = np.maximum(x["selling_price"] * x["prices.NLD"] - made, 0)
    book.expense["R09"] = short * (bridged * (instead - made) + (1 - bridged) * margin)


def today(x, units):
    """Today's supplier; also returns what a unit costs at our door."""
    book, p, wage = Book(len(units)), x["prices.NLD"], x["wages.NLD"]
    labour = x["labour_share"]
    yuan = x["moving.CNY"] / x["moving.USD"]
    growth = (1 - labour) * x["prices.USA"] + labour * x["wages.CHN"] * yuan
    price = x["today.price"] * x["fx.USD"] * x["moving.USD"] * growth
    freight = x["today.freight"] * p
    insurance = x["today.insurance_rate"] * x["insured_factor"] * (price + freight)
    border = price + freight + insurance
    duty, defence = x["today.duty_rate"] * border, x["today.anti_dumping"] * border
    landed = border + duty + defence
    by_room = x["container_volume"] * x["container_fill"] / x["volume_m3"]
    load = np.maximum(np.minimum(by_room, x["container_payload"] / x["mass_kg"]), 1)
    book.expense["P01"] = price * units
    book.expense["L02"] = freight * units
    book.expense["L04"] = insurance * units
    book.expense["L05"] = x["today.shipment_fees"] * p / load * units
    book.expense["L06"] = duty * units
    book.expense["L07"] = defence * units
    book.expense["L11"] = x["today.expedited"] * freight * (x["today.expedite_multiple"] - 1) * units
    book.expense["L13"] = x["today.compliance"] * p * SUPPLY
    book.expense["Q01"] = x["today.inspection"] * p / load * units
    book.expense["C02"] = x["today.trips"] * x["today.trip_cost"] * p * SUPPLY
    book.expense["C04"] = x["today.engineering_hours"] * x["today.hourly_rate"] * wage * SUPPLY
    book.expense["C05"] = x["today.lost_hours"] * x["today.hourly_rate"] * wage * SUPPLY
    handled(book, x, "today", units, landed)
    safety = stocked(book, x, "today", units, landed, 3000.0, load)
    disrupted(book, x, "today", units, landed, safety)
    days = 0.3 * -75.0 + 0.7 * x["today.pay_days"]
    book.stock["I01"] = (units / DAYS * x["today.transit"] * (landed - price), np.zeros(1))
    book.stock["I05"] = (-units * price * days / DAYS, np.zeros(1))
    book.stock["L10"] = (x["vat_rate"] * landed * units * x["today.vat_days"] / DAYS, np.zeros(1))
    tonne_km = x["mass_kg"] / 1000 * x["sea_km"]
    book.public["E02"] = tonne_km * x["sea_emissions"] / 1000 * x["carbon_price"] * p * units
    return worth(book, units), landed


def nearby(x, units, instead):
    """A supplier at home."""
    book, p = Book(len(units)), x["prices.NLD"]
    labour = x["labour_share"]
    price = x["nearby.price"] * ((1 - labour) * p + labour * x["wages.NLD"])
    book.expense["P01"] = price * units
    book.expense["Q01"] = x["nearby.inspection"] * p / 1000.0 * units
    handled(book, x, "nearby", units, price)
    safety = stocked(book, x, "nearby", units, price, 1000.0, 1000.0)
    disrupted(book, x, "nearby", units, price, safety)
    started(book, x, "nearby", units, price, instead)
    book.stock["I05"] = (-units * price * x["nearby.pay_days"] / DAYS, np.zeros(1))
    book.expense["R10"] = x["nearby.development"] * (1 + x["contingency"]) * ONCE
    return worth(book, units)


def own(x, units, instead):
    """An own plant at home."""
    book, p, uplift = Book(len(units)), x["prices.NLD"], 1 + x["contingency"]
    wage = x["own.labour_cost"] * x["wages.NLD"]
    material = x["own.shell_kg"] * x["own.shell_price"] * p / x["own.yield"]
    labour = x["own.labour_hours"] * wage
    made = material + labour
    # Hours fall to the power k of what was made; while they do, the mean is 1 / (1 + k) times the last.
    k = np.log2(x["own.learning"])
    learning = 1 + ENTRY * np.clip(x["own.ramp_up"] / MONTHS, 0, 1) * (1 / (1 + k) - 1)
    book.expense["P02"] = material * units
    book.expense["P03"] = labour * learning * units
    book.expense["P06"] = x["own.energy_kwh"] * x["own.energy_price"] * p * units
    book.expense["P10"] = x["own.setup_hours"] * 2.0 * wage / x["own.batch"] * units
    book.expense["P11"] = x["own.overhead"] * p * SUPPLY
    handled(book, x, "own", units, made)
    stocked(book, x, "own", units, made, 500.0, 2000.0)
    started(book, x, "own", units, made, instead)
    book.expense["R07"] = x["own.hires"] * x["own.cost_per_hire"] * x["wages.NLD"] * uplift * ONCE
    book.capital["R01"] = (x["own.building"] * uplift, x["building_life"], 25.0)
    book.capital["R02"] = (x["own.machines"] * uplift, x["machine_life"], 5.0)
    book.public["E01"] = x["own.energy_kwh"] * x["grid"] / 1000 * x["carbon_price"] * p * units
    return worth(book, units)


def worth(book, units):
    """Cash flow, present value and unit TCO of the lines in a book."""
    volume, shape = np.mean(units @ DISCOUNT), (book.size, H + 1)
    expense, invest, need = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    depreciation, residual = np.zeros(shape), np.zeros(shape)
    lines, by_year = {}, {}
    for line, amount in book.expense.items():
        expense += amount
        by_year[line] = amount.mean(axis=0)
        lines[line] = np.mean(amount @ DISCOUNT) / volume
    for line, (balance, holding) in book.stock.items():
        due = np.zeros(shape)
        due[:, :-1] = balance[:, 1:]
        kept = balance * holding * SUPPLY
        need += due
        expense += kept
        paid = np.diff(due, axis=1, prepend=0) + kept
        by_year[line] = paid.mean(axis=0)
        lines[line] = np.mean(paid @ DISCOUNT) / volume
    for line, (amount, life, tax_life) in book.capital.items():
        left = amount * np.clip(1 - H / life, 0, 1)
        written = np.where((YEAR >= 1) & (YEAR <= tax_life), amount / tax_life, 0)
        invest[:, :1] += amount
        residual[:, -1:] += left
        depreciation += written
        # What is not written off yet when the asset is valued at the horizon is deducted then.
        depreciation[:, -1:] += amount - written.sum(axis=1, keepdims=True)
        by_year[line] = np.zeros(H + 1)
        by_year[line][0], by_year[line][-1] = amount.mean(), -left.mean()
        lines[line] = by_year[line] @ DISCOUNT / volume
    change = np.diff(need, axis=1, prepend=0)
    cash = -(1 - TAX) * expense - invest - change + (1 - TAX) * residual + TAX * depreciation
    cost = -(cash @ DISCOUNT) / (1 - TAX)
    lines["T03"] = TAX / (1 - TAX) * np.mean((invest - depreciation + change) @ DISCOUNT) / volume
    public = {line: np.mean(amount @ DISCOUNT) / volume for line, amount in book.public.items()}
    return Plan(lines, public, by_year, cost / (units @ DISCOUNT), np.mean(cost) / volume, cash)


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
    plan, landed = today(x, units)
    return {"today": plan, "nearby": nearby(x, units, landed), "own": own(x, units, landed)}
