"""What helps to fill in a field whose name alone does not: where to find the figure, and what to count.

By the description of the field in the one definition of a dossier. A field that is not here says enough.
"""

from thuishaven.locale import N_

#: What helps, by the description of the field.
HELP = {
    "Required return after tax, nominal per year": N_(
        "What money must earn in your company, inflation included. Your bank or your owner knows it; many "
        "firms ask for the interest on a loan and some per cent more."
    ),
    "Customs code: CN8, or HS6 if unknown": N_(
        "It stands on the customs declaration or the invoice of whoever imports it; duty follows from it."
    ),
    "Volume of one unit, packed for transport": N_(
        "The volume of a full carton divided by the pieces in it. Freight often follows from volume, not "
        "weight."
    ),
    "Selling price, before VAT": N_(
        "What your customer pays you: it decides on margin lost and on insurance."
    ),
    "Cost of one failure in the field": N_("Replacement, travel, work and goodwill for one complaint."),
    "Date of the figures": N_("Prices, wages and rates are taken as they were on this day."),
    "NACE code": N_("The code of your main activity in the company register."),
    "Embedded emissions, t CO2e per t of good": N_(
        "Only for goods under the carbon border levy: steel, aluminium, cement, fertiliser, hydrogen. Ask "
        "the maker."
    ),
    "Growth of the volume per year": N_("Below zero when you sell less each year."),
    "Coefficient of variation of monthly demand": N_(
        "If a usual month lies between 70 and 130 where 100 is the average, write 30. It decides on safety "
        "stock."
    ),
    "Coefficient of variation of the forecast error when the season is ordered": N_(
        "How far sales of a season usually end from what you had ordered."
    ),
    "Share of the volume": N_(
        "Of all you need in a year, what comes from here. All sources together are 100 %."
    ),
    "Delivery term (Incoterms 2020)": N_(
        "It stands on the quote. It says who pays freight, insurance and duty; FOB: you, from the port there."
    ),
    "Days from order to receipt": N_(
        "Making, waiting and travelling together, as you know it from past orders."
    ),
    "Standard deviation of the lead time": N_(
        "Look at the last ten deliveries: how many days was a usual one too early or too late?"
    ),
    "Minimum order quantity": N_("The smallest order the maker accepts."),
    "How full containers or trucks are": N_("Of the volume or weight that they can take."),
    "Share of the currency exposure that is hedged": N_(
        "What you fix with your bank for longer than an order. Write 0 when you do nothing."
    ),
    "Terminal, documents, broker, inspections, per shipment": N_(
        "Everything on the forwarder's bill but freight."
    ),
    "Import duty actually paid, as a share of customs value": N_(
        "Leave it empty and the tariff of the customs code is used."
    ),
    "The goods qualify for the trade agreement's preference": N_(
        "Yes when the maker gives you a proof of origin and you pay less or no duty."
    ),
    "Days that import VAT is financed (0 with postponed accounting)": N_(
        "With a postponement licence you pay nothing at the border: 0."
    ),
    "Share of the volume sent as a rush order": N_(
        "Of all you bought last year, what came by air or express."
    ),
    "Cost of a rush shipment as a multiple of normal freight": N_("300 % is three times the normal freight."),
    "Share of units that turn out bad": N_("What you throw away, repair or send back."),
    "Share of that cost the maker pays back": N_("As a credit note or as new goods."),
    "Management time, in full-time people": N_("One day a week of one manager is 0.2."),
    "Paid labour hours per good unit": N_(
        "Hours of everyone at the line in a week, divided by the good pieces of that week."
    ),
    "Productivity against those hours (1 = as entered)": N_(
        "100 % is as you entered; 80 % when the people there need a quarter more time."
    ),
    "Hours needed after each doubling of output, as a share": N_(
        "100 % is no learning; 90 % is usual for simple work that people do for the first time."
    ),
    "Overall equipment effectiveness": N_(
        "Good pieces, as a share of what the machine could make in its planned time."
    ),
    "Extra pay over all shifts together, as a share of the day wage": N_("0 when you work by day only."),
    "Site cost and indirect staff that change with this plan": N_("Not what you pay anyway."),
    "How many per parent": N_("Pieces, or 1 where the weight below is that of all of it together."),
    "Share of order cycles without a stock-out": N_(
        "95 % means that one order in twenty finds an empty shelf before the next delivery."
    ),
    "Extra stock, in weeks of demand": N_("On top of what a usual delivery time asks for."),
    "Storage, insurance and shrinkage per year, as a share of the stock value": N_(
        "Without interest: what the money costs is counted apart."
    ),
    "Extra volume this source can make, as a share of its own": N_(
        "Within some weeks, with overtime or another shift; it counts when another source stops."
    ),
    "Chance per year that the supplier fails": N_("A credit report gives it. 1 % is one in a hundred years."),
    "Overhead that stays behind when the volume leaves": N_(
        "Rent, staff and machines that you keep paying and no other product takes over."
    ),
    "Uplift on all one-off costs": N_(
        "For what nobody thought of: new sites cost more than planned as a rule."
    ),
    "Share of the missing output that the old source still makes": N_(
        "While the new place is not at full speed."
    ),
    "Line of the taxonomy": N_(
        "The cost line it belongs to, by its code as on the page of a plan: T01, P03."
    ),
    "To which other maker of this list it delivers, from tier 2 on": N_(
        "Its short name above. Leave it empty for one that delivers to you."
    ),
    "Share of what we need of that item that comes from here": N_(
        "100 % when there is no other. The results use it to say how much you miss."
    ),
}
