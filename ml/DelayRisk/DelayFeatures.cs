namespace EcomIntel.Ml.DelayRisk;

/// <summary>
/// What the model knows of a line at a moment: the one definition that training and serving share. Facts are applied in order of their time, and a line is
/// written by what was applied so far, so nothing later can be in it.
/// </summary>
internal sealed class DelayFeatures
{
    /// <summary>In the order in which they are written. Days are calendar days; shares are 0 to 1.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "days_allowed", "days_left", "days_since_ordered", "promise_after_due", "expected_after_promise", "last_word", "days_since_last_word", "acknowledged",
        "date_changes", "announced", "order_share_arrived", "quantity", "value_to_usual", "order_lines", "day_of_year", "weekday_ordered", "weekday_promised",
        "supplier_late_rate", "supplier_recent_late_rate", "supplier_lane_late_rate", "origin_recent_late_rate", "recent_late_rate", "supplier_slip_mean",
        "supplier_slip_deviation", "lead_time_margin", "progress_margin", "supplier_overdue_share", "supplier_open_lines", "origin_overdue_share",
        "supplier_recent_date_changes", "announcement_margin", "item_late_rate",
    ];

    private const double Unknown = -99;

    private readonly Dictionary<(char Of, string Key), DelayRecord> _records = [];
    private readonly Dictionary<string, (int Lines, int Came)> _orders = new(StringComparer.Ordinal);
    private readonly DelayRecord _all = new();

    /// <summary>Rows of all moments of the lines up to an instant, in order of time. Rows of one instant follow the order of the lines.</summary>
    /// <param name="lines">What is later than <paramref name="until"/> in them is not read.</param>
    public static IEnumerable<DelayRow> Rows(IReadOnlyList<PurchaseLine> lines, DateTimeOffset until) =>
        Rows(lines, until, line => DelayMoments.Of(line, until));

    /// <summary>Those of <see cref="Rows(IReadOnlyList{PurchaseLine}, DateTimeOffset)"/> that are of an instant or later.</summary>
    public static IEnumerable<DelayRow> Since(IReadOnlyList<PurchaseLine> lines, DateTimeOffset from, DateTimeOffset until) =>
        Rows(lines, until, line => DelayMoments.Of(line, until).Where(each => each.At >= from));

    /// <summary>A row of each line that is open at an instant, by what had happened of it last.</summary>
    public static IEnumerable<DelayRow> Open(IReadOnlyList<PurchaseLine> lines, DateTimeOffset at)
    {
        return Rows(lines, at, line => line.OrderedAt <= at && !line.IsOver(at) ? [(at, MomentOf(line))] : []);

        DelayMoment MomentOf(PurchaseLine line) =>
            PurchaseLine.Day(at) > line.JudgedOn(at) ? DelayMoment.Overdue : DelayMoments.Of(line, at).Select(each => each.Moment).LastOrDefault();
    }

    private static IEnumerable<DelayRow> Rows(
        IReadOnlyList<PurchaseLine> lines, DateTimeOffset until, Func<PurchaseLine, IEnumerable<(DateTimeOffset At, DelayMoment Moment)>> looks)
    {
        var steps = new List<(DateTimeOffset At, int Rank, int Line, int Word, DelayMoment Moment)>();
        for (var index = 0; index < lines.Count; index++)
        {
            var line = lines[index];
            Step(line.OrderedAt, Ordered, index);
            for (var word = 0; word < line.Said.Count; word++)
                Step(line.Said[word].At, Said, index, word);
            var due = PurchaseLine.Day(line.DueAt);
            Step(Over(due), DayOver, index);
            var judged = line.JudgedOn(DateTimeOffset.MaxValue);
            if (judged != due)
                Step(Over(judged), DayOver, index);
            if (line.CameAt is { } came)
                Step(came, Came, index);
            else if (line.WithdrawnAt is { } withdrawn)
                Step(withdrawn, Withdrawn, index);
            foreach (var (at, moment) in looks(line))
                steps.Add((at, Look, index, 0, moment));
        }
        steps.Sort();
        var features = new DelayFeatures();
        var missed = new bool[lines.Count];
        foreach (var (at, rank, index, word, moment) in steps)
            if (rank == Look)
                yield return features.Write(lines[index], at, moment);
            else
                features.Apply(lines[index], at, rank, word, ref missed[index]);

        void Step(DateTimeOffset at, int rank, int line, int word = 0)
        {
            if (at <= until)
                steps.Add((at, rank, line, word, default));
        }

        static DateTimeOffset Over(DateOnly day) => new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
    }

    // Of one instant: what came is no more missed, and lines are looked at when all is applied.
    private const int Ordered = 0, Said = 1, Came = 2, Withdrawn = 3, DayOver = 4, Look = 5;

    /// <param name="missed">Its day is over, which was counted.</param>
    private void Apply(PurchaseLine line, DateTimeOffset at, int rank, int word, ref bool missed)
    {
        var order = _orders.GetValueOrDefault(line.Order);
        switch (rank)
        {
            case Ordered:
                _orders[line.Order] = (order.Lines + 1, order.Came);
                foreach (var record in Records(line))
                    record.Open++;
                Of('s', line.Supplier).Value.Add(Math.Log(1 + line.Value));
                break;
            case Said when line.Said[word].Kind == WordKind.DateChanged:
                Of('s', line.Supplier).ChangeDate(at);
                break;
            case DayOver when !missed && !line.IsOver(at) && line.JudgedOn(at).AddDays(1) == PurchaseLine.Day(at):
                missed = true;
                foreach (var record in Records(line))
                {
                    record.Count(late: true, at);
                    record.Overdue++;
                }
                break;
            case Came:
                _orders[line.Order] = (order.Lines, order.Came + 1);
                Arrive(line, at, ref missed);
                break;
            case Withdrawn:
                foreach (var record in Records(line))
                    Close(record, missed);
                break;
        }
    }

    private void Arrive(PurchaseLine line, DateTimeOffset at, ref bool missed)
    {
        var slip = PurchaseLine.Day(at).DayNumber - line.JudgedOn(at).DayNumber;
        foreach (var record in Records(line))
        {
            Close(record, missed);
            if (!missed)
                record.Count(late: slip > 0, at);
            record.CountDays(slip);
            record.Slip.Add(slip);
            record.Lead.Add((at - line.OrderedAt).TotalDays);
        }
        var supplier = Of('s', line.Supplier);
        foreach (var said in line.Said)
            if (said.At <= at)
                supplier.Remaining[(int)said.Kind].Add((at - said.At).TotalDays);
    }

    private static void Close(DelayRecord record, bool missed)
    {
        record.Open--;
        if (missed)
            record.Overdue--;
    }

    private DelayRow Write(PurchaseLine line, DateTimeOffset at, DelayMoment moment)
    {
        var (supplier, lane, origin) = (Of('s', line.Supplier), Of('l', $"{line.Supplier}\n{line.Lane}"), Of('o', line.Origin));
        var order = _orders[line.Order];
        var (judged, today, ordered, due) = (line.JudgedOn(at), PurchaseLine.Day(at), PurchaseLine.Day(line.OrderedAt), PurchaseLine.Day(line.DueAt));
        var daysLeft = judged.DayNumber - today.DayNumber;
        LineWord? last = null;
        DateTimeOffset? expected = null;
        var (acknowledged, changes, announced) = (false, 0, false);
        foreach (var word in line.Said)
        {
            if (word.At > at)
                break;
            (last, expected) = (word, word.ArrivesAt ?? expected);
            acknowledged |= word.Kind == WordKind.Acknowledged;
            announced |= word.Kind == WordKind.Announced;
            changes += word.Kind == WordKind.DateChanged ? 1 : 0;
        }
        var all = _all.Rate(0.1);
        var (supplierRate, recent) = (supplier.Rate(all), _all.RecentRate(all, at, 20));
        var laneRate = lane.Rate(supplierRate);
        var remaining = last is { } latest ? supplier.Remaining[(int)latest.Kind] : supplier.Lead;
        var sinceLast = (at - (last?.At ?? line.OrderedAt)).TotalDays;
        var notice = supplier.Remaining[(int)WordKind.Announced];

        var features = new float[Names.Count];
        var next = 0;
        Put(judged.DayNumber - ordered.DayNumber);
        Put(daysLeft);
        Put(today.DayNumber - ordered.DayNumber);
        Put(judged.DayNumber - due.DayNumber);
        Put(expected is { } arrives ? PurchaseLine.Day(arrives).DayNumber - judged.DayNumber : 0);
        Put(last is { } said ? (int)said.Kind : 0);
        Put(sinceLast);
        Put(acknowledged ? 1 : 0);
        Put(changes);
        Put(announced ? 1 : 0);
        Put((double)order.Came / order.Lines);
        Put(Math.Log(1 + line.Quantity));
        Put(Math.Log(1 + line.Value) - supplier.Value.Mean);
        Put(Math.Log(order.Lines));
        Put(judged.DayOfYear);
        Put((int)ordered.DayOfWeek);
        Put((int)judged.DayOfWeek);
        Put(supplierRate);
        Put(supplier.RecentRate(supplierRate, at));
        Put(laneRate);
        Put(origin.RecentRate(all, at));
        Put(recent);
        Put(supplier.Slip.Mean);
        Put(supplier.Slip.Deviation);
        Put(supplier.Lead.Count < 5 ? Unknown : (judged.DayNumber - ordered.DayNumber - supplier.Lead.Mean) / Math.Max(0.5, supplier.Lead.Deviation));
        Put(remaining.Count < 5 ? Unknown : daysLeft + 1 - Math.Max(0, remaining.Mean - sinceLast));
        Put(Share(supplier));
        Put(Math.Log(1 + supplier.Open));
        Put(Share(origin));
        Put(supplier.RecentChanges(at));
        // By now it should have been announced, where the supplier announces and what it announces comes so many days later.
        Put(announced || notice.Count < 5 || notice.Count < supplier.Lead.Count / 2 ? Unknown : daysLeft + 1 - notice.Mean);
        Put(Of('i', line.Item).Rate(supplierRate));
        if (next != Names.Count)
            throw new InvalidOperationException($"{next} features written, {Names.Count} declared");
        var supplierDays = Enough(supplier.DaysLate, _all.DaysLate);
        return new(line, at, moment, judged, features, supplierRate, laneRate, supplierDays, Enough(lane.DaysLate, supplierDays));

        void Put(double value) => features[next++] = (float)Math.Clamp(value, -1e4, 1e4);

        static double Share(DelayRecord record) => record.Overdue / (record.Open + 2.0);
    }

    private static IReadOnlyList<int> Enough(IReadOnlyCollection<int> own, IReadOnlyCollection<int> others) => [.. own.Count >= 10 ? own : others];

    private DelayRecord[] Records(PurchaseLine line) =>
        [_all, Of('s', line.Supplier), Of('l', $"{line.Supplier}\n{line.Lane}"), Of('o', line.Origin), Of('i', line.Item)];

    private DelayRecord Of(char of, string key) => _records.TryGetValue((of, key), out var known) ? known : _records[(of, key)] = new();
}
