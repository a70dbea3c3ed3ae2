using System.CommandLine;
using EcomIntel.Cli.Commands;

namespace EcomIntel.Tests.Cli.Commands;

public sealed class CommandTreeTests
{
    [Theory]
    [InlineData("up")]
    [InlineData("up --engines-only --engines postgres kafka --json")]
    [InlineData("up --clock stream --partitions 16 --instance other")]
    [InlineData("--state /tmp/x status --json")]
    [InlineData("down --state /tmp/x")]
    [InlineData("instances --json")]
    [InlineData("logs ingest sink -n 5 --follow --instance other")]
    [InlineData("completion zsh")]
    [InlineData("check --postgres Host=db --clickhouse Host=ch --json")]
    [InlineData("rebuild --partial --postgres Host=db --clickhouse Host=ch")]
    [InlineData("dlq mend 3 --file -")]
    [InlineData("dlq retry 1 2 3 --note later")]
    [InlineData("webhooks list --endpoint pager --status all --limit 5 --json")]
    [InlineData("webhooks retry msg_1 msg_2 --note mended")]
    [InlineData("webhooks retry --endpoint pager")]
    [InlineData("keys create --role planner --role SERVICE --channel web --channel store --location DC-1 --name app --expires-in 12h --json")]
    [InlineData("keys create --role PLANNER SERVICE --expires-in never")]
    [InlineData("keys list --json")]
    [InlineData("keys rotate 0123456789ab --overlap 0h")]
    [InlineData("keys revoke 0123456789ab --postgres Host=db")]
    [InlineData("rebuild --from postgres --partial --json")]
    [InlineData("bench ingest --only live --waiting 1000 --turns 3 --seconds 20 --seed -4 --json")]
    [InlineData("bench ingest --only stream freshness --orders 500 --rate 50")]
    public void A_right_line_is_understood(string line) => Assert.Empty(Errors(line));

    [Theory]
    [InlineData("up --partitions 0", "--partitions must be 1 to 64, as --partitions 8; 0 is not")]
    [InlineData("up --partitions many", "--partitions must be 1 to 64, as --partitions 8; many is not")]
    [InlineData("up --partitions 1,5", "--partitions must be 1 to 64, as --partitions 8; 1,5 is not")]
    [InlineData("up --clock lunar", "--clock must be auto, wall or stream, and lunar is not")]
    [InlineData("up --clock steam", "--clock must be auto, wall or stream, and steam is not; did you mean stream?")]
    [InlineData("up --engines kafka", "--engines goes with --engines-only: the roles need every engine")]
    [InlineData("up --engines-only --engines oracle", "--engines must be postgres, clickhouse or kafka, and oracle is not")]
    [InlineData("up --engines-only=maybe", "up takes options only, and maybe is none")]
    [InlineData("up --kafka nowhere", "--kafka must be host:port, or several separated by commas, as --kafka one:9092,two:9092; nowhere is not")]
    [InlineData("up now", "up takes options only, and now is none")]
    [InlineData("dwon", "there is no command dwon; did you mean down?")]
    [InlineData("tset --fast", "there is no command tset; did you mean test?")]
    [InlineData("--jsn stauts", "ecomintel has no option --jsn")]
    [InlineData("frobnicate", "there is no command frobnicate")]
    [InlineData("dlq lst", "there is no command dlq lst; did you mean list?")]
    [InlineData("dlq empty", "there is no command dlq empty; there are list, show, mend, retry and discard")]
    [InlineData("webhooks retry", "name the dead letters by id, or by --endpoint or --all")]
    [InlineData("webhooks retry msg_1 --all", "name the dead letters by id, or by --endpoint or --all")]
    [InlineData("dlq show 1 2", "dlq show takes no more than ID, and 2 is more")]
    [InlineData("dlq show abc", "ID must be a number from dlq list, as 12; abc is not")]
    [InlineData("dlq retry 1 abc", "ID must be a number from dlq list, as 12; abc is not")]
    [InlineData("status --jsn", "status has no option --jsn; did you mean --json?")]
    [InlineData("status --json=maybe", "status takes options only, and maybe is none")]
    [InlineData("status --verbose", "status has no option --verbose")]
    [InlineData("replay --sped 3", "replay has no option --sped; did you mean --speed or --seed?")]
    [InlineData("keys create --role ADMIN --chanel web", "keys create has no option --chanel; did you mean --channel?")]
    [InlineData("demo --limit abc", "--limit must be a number of lines, 1 or more, as --limit 1000; abc is not")]
    [InlineData("demo --limit", "--limit wants a value: --limit LINES")]
    [InlineData("demo --seed 1 --seed 2", "--seed is given more than once")]
    [InlineData("--instance", "--instance wants a value: --instance NAME")]
    [InlineData("status --instance a --state b", "--instance names an instance and --state another way the same: give one of them")]
    [InlineData("logs ingst", "there is no process ingst; did you mean ingest?")]
    [InlineData("completion fish", "SHELL must be bash or zsh, and fish is not")]
    [InlineData("rebuild --from kafka", "--from must be postgres, and kafka is not")]
    [InlineData("bench ingest --only speed", "--only must be ")]
    [InlineData("bench ingest --waiting 1", "--waiting must be 100 to 1000000")]
    [InlineData("bench ingest --turns 0", "--turns must be 1 to 100")]
    [InlineData("keys create", "keys create wants --role ROLE: ")]
    [InlineData("keys create --role BOSS", "--role must be EXECUTIVE")]
    [InlineData("keys create --role ADMIN --expires-in 90", "--expires-in must be days, hours or minutes up to 3650d, or never, as --expires-in 12h; 90 is")]
    [InlineData("keys create --role ADMIN --expires-in 0d", "--expires-in must be days")]
    [InlineData("keys create --role ADMIN --expires-in 9999999d", "--expires-in must be days")]
    [InlineData("keys create --role ADMIN --expires-in -1d", "--expires-in must be days")]
    [InlineData("keys rotate 0123456789ab --overlap 31d", "--overlap must be days, hours or minutes up to 30d, as --overlap 24h; 31d is not")]
    [InlineData("keys rotate 0123456789ab --overlap soon", "--overlap must be days")]
    [InlineData("keys rotate", "keys rotate wants ID: ")]
    public void A_wrong_line_is_told_by_what_is_wrong_and_by_nothing_else(string line, string what) =>
        Assert.StartsWith(what, Assert.Single(Errors(line)), StringComparison.Ordinal);

    /// <summary>Of whatever type it is: what is wanted is said by example, and by no name of C#'s.</summary>
    [Fact]
    public void No_value_that_is_none_is_told_by_a_type()
    {
        var asked = 0;
        foreach (var (path, command) in Below(CommandTree.Create(), ""))
        {
            foreach (var option in command.Options.Where(option => !IsText(option.ValueType) && option.ValueType != typeof(bool)))
                Ask($"{path}{(path == "replay" ? " simulated" : "")} {option.Name} abc");
            foreach (var argument in command.Arguments.Where(argument => !IsText(argument.ValueType)))
                Ask($"{path} abc");
        }
        Assert.InRange(asked, 20, 200);

        void Ask(string line)
        {
            asked++;
            var errors = Errors(line);
            Assert.True(errors.Any(error => error.EndsWith("; abc is not", StringComparison.Ordinal)), $"{line}: {string.Join("; ", errors)}");
            Assert.All(errors, error => Assert.False(
                error.Contains("System", StringComparison.Ordinal) || error.Contains(" type ", StringComparison.Ordinal), $"{line}: {error}"));
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("dlq", true)]
    [InlineData("keys --instance x", true)]
    [InlineData("bench", true)]
    [InlineData("graphql", true)]
    [InlineData("status", false)]
    [InlineData("replay", false)]
    [InlineData("--help", false)]
    [InlineData("dwon", false)]
    [InlineData("--instance", false)]
    public void Where_no_command_is_named_they_are_listed(string line, bool lacks) =>
        Assert.Equal(lacks, LineErrors.LacksCommand(CommandTree.Create().Parse(line)));

    [Fact]
    public void Help_after_a_command_that_is_none_says_so() =>
        Assert.Equal(["there is no command dwon; did you mean down?"], Errors("dwon --help"));

    [Theory]
    [InlineData("demo", "simulated", "")]
    [InlineData("demo simulated", "simulated", "")]
    [InlineData("replay simulated", "simulated", "")]
    [InlineData("replay --source simulated", "simulated", "")]
    [InlineData("demo online-retail-ii a.csv b.csv.gz", "online-retail-ii", "a.csv b.csv.gz")]
    [InlineData("demo --source online-retail-ii --file a.csv b.csv.gz", "online-retail-ii", "a.csv b.csv.gz")]
    [InlineData("replay online-retail-ii a.csv b.csv.gz", "online-retail-ii", "a.csv b.csv.gz")]
    [InlineData("replay --source online-retail-ii --file a.csv --file b.csv.gz", "online-retail-ii", "a.csv b.csv.gz")]
    [InlineData("replay online-retail-ii --file a.csv", "online-retail-ii", "a.csv")]
    [InlineData("replay a.jsonl b.jsonl.gz", null, "a.jsonl b.jsonl.gz")]
    [InlineData("replay --file a.jsonl b.jsonl.gz", null, "a.jsonl b.jsonl.gz")]
    [InlineData("demo a.jsonl", null, "a.jsonl")]
    public void Replay_and_demo_take_a_source_in_the_same_forms(string line, string? kind, string files)
    {
        Assert.Empty(Errors(line));
        var (askedKind, askedFiles) = ReplayOf.Asked(CommandTree.Create().Parse(line), line.StartsWith("demo", StringComparison.Ordinal) ? "simulated" : null);
        Assert.Equal((kind, files), (askedKind, string.Join(' ', askedFiles)));
    }

    [Theory]
    [InlineData("replay", "replay wants WHAT: ")]
    [InlineData("replay online-retail-ii", "online-retail-ii wants the files to read")]
    [InlineData("demo --source online-retail-ii", "online-retail-ii wants the files to read")]
    [InlineData("replay simulated a.csv", "simulated takes no file")]
    [InlineData("demo --source simulated --file a.csv", "simulated takes no file")]
    [InlineData("replay a.csv", "a.csv is no recorded stream; invoices are replayed with: replay online-retail-ii a.csv")]
    [InlineData("demo --file a.csv.gz", "a.csv.gz is no recorded stream; invoices are replayed with: demo online-retail-ii a.csv.gz")]
    [InlineData("replay simulated --source simulated", "--source says the same as WHAT's first word")]
    [InlineData("replay simulted", "there is no file simulted; did you mean simulated?")]
    public void What_does_not_go_together_is_refused(string line, string what) =>
        Assert.StartsWith(what, Assert.Single(Errors(line)), StringComparison.Ordinal);

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(string[]);

    private static IReadOnlyList<string> Errors(string line) => LineErrors.Of(CommandTree.Create().Parse(line));

    private static IEnumerable<(string Path, Command Command)> Below(Command command, string path) =>
        command.Subcommands.SelectMany(child => Below(child, $"{path} {child.Name}".Trim())).Prepend((path, command))
            .Where(each => each.Item2.Options.Count + each.Item2.Arguments.Count > 0 && each.Item2 is not RootCommand);
}
