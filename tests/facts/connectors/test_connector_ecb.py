"""The European Central Bank's file: a ZIP with one CSV."""

import io
import struct
import zipfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from thuishaven.facts.connectors import ConnectorError, fetch

# The form of the method note: newest first, a comma at the end, N/A for missing.
NOTE = """Date,USD,JPY,RUB,ZAR,
2026-10-30,1.1172,175.68,N/A,18.6455,
2026-10-29,1.1150,175.00,N/A,18.7000,
"""
PATH = "/eurofxref-hist.zip"


@pytest.fixture
def latest(publisher, named):
    return replace(named("ecb_rate"), base=publisher.url)


@pytest.fixture
def means(publisher, named):
    return replace(named("ecb_rate_mean"), base=publisher.url)


@pytest.fixture
def serve(publisher, reply):
    def on(body, kind="application/zip"):
        publisher.on(PATH, reply(body, headers={"Content-Type": kind}))

    return on


def refused(connector, fetcher):
    with pytest.raises(ConnectorError) as caught:
        fetch(connector, fetcher)
    return caught.value


def test_the_latest_rate_in_euro_per_unit(serve, fetcher, latest, zipped):
    serve(zipped(NOTE))
    batch = fetch(latest, fetcher)
    found = {fact.keys: fact for fact in batch.facts}
    usd = found[(("currency", "USD"),)]
    assert (usd.id, usd.value) == ("fx_rate[currency=USD]@2026-10-30#file to 2026-10-30", 1 / 1.1172)
    assert (usd.unit, usd.method, usd.status) == ("EUR/unit", "derived", "derived")
    assert "published as 1.1172 per euro" in usd.note
    assert {"USD", "JPY", "ZAR"} == {fact.keys[0][1] for fact in batch.facts}
    assert batch.missing == (("RUB", "2026-10-29"), ("RUB", "2026-10-30"))


def test_only_the_currencies_wanted(serve, fetcher, latest, zipped):
    serve(zipped(NOTE))
    assert [fact.keys[0][1] for fact in fetch(latest, fetcher, places=["ZAR", "VND"]).facts] == ["ZAR"]


def test_a_currency_that_stopped_gives_its_last_day(serve, fetcher, latest, zipped):
    serve(zipped(NOTE.replace("175.00,N/A", "175.00,80.5")))
    rouble = next(fact for fact in fetch(latest, fetcher).facts if fact.keys[0][1] == "RUB")
    assert (rouble.period, rouble.value) == ("2026-10-29", 1 / 80.5)


def year(number, first="01-02", last="12-31"):
    days = [day for day in ("01-02", "03-15", "07-01", "12-31") if first <= day <= last]
    return [(f"{number}-{day}", number / 1000 + place / 10) for place, day in enumerate(days)]


def test_means_of_whole_years_only(serve, fetcher, means, zipped):
    rates = dict(year(2025, last="07-01") + year(2024) + year(2023) + year(2022, first="03-15"))
    late = dict(year(2023, first="03-15"))
    rows = [f"{day},{rate},{late.get(day, 'N/A')}," for day, rate in sorted(rates.items(), reverse=True)]
    serve(zipped("\n".join(["Date,USD,BGN,", *rows, ""])))
    facts = fetch(means, fetcher).facts
    assert {("2024", 2.174), ("2023", 2.173)} == {(fact.period, round(fact.value, 9)) for fact in facts}
    assert {"USD"} == {fact.keys[0][1] for fact in facts}
    assert all(fact.note.endswith("mean of 4 daily rates") for fact in facts)


@pytest.mark.slow
def test_the_bank_s_own_file_gives_the_figures_of_the_tables(serve, fetcher, latest, means):
    """Two-point test: the real file against the figures worked out in the notes and tables."""
    package = Path(find_spec("currency_converter").origin).parent
    serve((package / "eurofxref-hist.zip").read_bytes())
    yearly = {(fact.keys[0][1], fact.period): fact.value for fact in fetch(means, fetcher).facts}
    assert [round(yearly["AUD", year], 5) for year in ("2023", "2024", "2025")] == [1.6288, 1.63971, 1.75176]
    usd = next(fact for fact in fetch(latest, fetcher).facts if fact.keys[0][1] == "USD")
    assert 1 / usd.value == pytest.approx(1.1172, rel=1e-12)
    assert (usd.period, usd.vintage) == ("2026-10-30", "file to 2026-10-30")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "column_missing"),
        ("Day,USD,\n2026-10-30,1.1,\n", "column_missing"),
        ("Date,USD,\n", "empty_answer"),
        ("Date,USD,\n2026-10-30,N/A,\n", "empty_answer"),
        ("Date,USD,\n2026-10-30,-1.1,\n", "not_a_number"),
        ("Date,USD,\n2026-10-30,0,\n", "not_a_number"),
        ("Date,USD,\n2026-10-30,1e999,\n", "not_a_number"),
        ("Date,USD,\n2026-10-30,=1+1,\n", "not_a_number"),
        ("Date,USD,\n30/10/2026,1.1,\n", "period_unknown"),
        ("Date,USD,\n2026,1.1,\n", "shape_unknown"),
        ("Date,USD,\n2026-10-30,1.1,\n2026-10-30,1.2,\n", "shape_unknown"),
        ("Date,USD,JPY,GBP,\n2026-10-30,1.1\n", "shape_unknown"),
        ("Date,U SD,\n2026-10-30,1.1,\n", "shape_unknown"),
        ('Date,USD,\n"' + "x" * 200_000 + '",1\n', "shape_unknown"),
    ],
)
def test_what_is_no_table_of_rates_is_refused(serve, fetcher, latest, zipped, text, code):
    serve(zipped(text))
    assert code == refused(latest, fetcher).code


def test_a_zip_that_is_cut_short_is_tried_again(publisher, reply, fetcher, latest, zipped, waits):
    whole = zipped(NOTE)
    publisher.on(PATH, reply(whole[: len(whole) // 2]), reply(whole))
    assert len(fetch(latest, fetcher).facts) == 3
    assert len(waits) == 1


def test_a_zip_that_stays_cut_short_is_said_so(serve, publisher, fetcher, latest, zipped):
    serve(zipped(NOTE)[:-30])
    assert (refused(latest, fetcher).code, len(publisher.asked)) == ("zip_broken", 5)


def test_damaged_bytes_in_the_zip_are_noticed(serve, fetcher, latest, zipped):
    body = bytearray(zipped(NOTE))
    body[60] ^= 0xFF
    serve(bytes(body))
    assert refused(latest, fetcher).code == "zip_broken"


def test_a_zip_bomb_is_refused(serve, fetcher, latest, zipped):
    serve(zipped(bytes(300_000_000)))
    assert refused(latest, fetcher).code == "compressed_bomb"


def test_a_zip_that_lies_about_its_size_is_cut_off(serve, make_fetcher, latest, zipped):
    """The size that the ZIP states is small; what comes out is not."""
    text = b"Date,USD,\n" + b"\n" * 3_000_000
    body = zipped(text)
    lying = body.replace(struct.pack("<I", len(text)), struct.pack("<I", 50))
    assert lying != body
    serve(lying)
    assert refused(latest, make_fetcher()).code in ("compressed_bomb", "zip_broken")


def test_a_big_csv_within_proportion_stops_at_the_limit(serve, make_fetcher, latest, zipped):
    serve(zipped(NOTE + "\n" * 200_000))
    fetcher = make_fetcher(limits={"unpacked": 100_000})
    assert refused(latest, fetcher).code == "compressed_bomb"


def test_other_contents_are_refused(serve, fetcher, latest, zipped):
    for body in (
        zipped(NOTE, **{"other.csv": "x"}),
        zipped(NOTE, name="rates.exe"),
        zipped(b"\xff\xfe\x00", name="rates.csv"),
    ):
        serve(body)
        assert refused(latest, fetcher).code == "zip_unexpected"


def test_another_compression_is_refused(serve, fetcher, latest):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("rates.csv", NOTE)
    serve(whole.getvalue())
    assert refused(latest, fetcher).code == "zip_unexpected"


def test_a_page_instead_of_the_file_is_refused(serve, fetcher, latest, zipped):
    serve(b"<html>Access denied</html>")
    assert refused(latest, fetcher).code == "wrong_type"
    serve(zipped(NOTE), kind="text/html")
    assert refused(latest, fetcher).code == "wrong_type"
