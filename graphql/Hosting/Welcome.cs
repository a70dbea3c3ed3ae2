namespace EcomIntel.GraphQL.Hosting;

/// <summary>What GraphiQL shows first: a query that runs as it is, whoever the caller is.</summary>
internal static class Welcome
{
    public const string Query = """
        # Ctrl-Enter (or the button) runs this query; Ctrl-Space completes, and the book on the left documents every field.
        # The key goes into the headers below, as { "Authorization": "Bearer ..." }; open the page as /graphiql#KEY and it is there already.
        query Welcome {
          # Who you are, and what your key may read.
          viewer { name roles channels locations }

          # How far the hub has come: business time, and how many decisions the KPIs have yet to count.
          freshness { now clock analytics { decided behind } }

          # Every KPI there is. Its figures: kpi(name: "line_fill_rate") { figures(grain: MONTH) { points { period value } } }
          kpis { name title unit kind dimensions { name } }
        }

        """;
}
