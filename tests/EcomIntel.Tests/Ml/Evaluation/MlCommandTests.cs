using EcomIntel.Cli.Commands;

namespace EcomIntel.Tests.Ml.Evaluation;

public sealed class MlCommandTests
{
    [Theory]
    [InlineData("ml evaluate --anomaly-csv streams", "--anomaly-csv and --windows go together: streams, and where in them something is wrong")]
    [InlineData("ml evaluate --windows labels.json", "--anomaly-csv and --windows go together: streams, and where in them something is wrong")]
    [InlineData("ml evaluate --only weather", "--only must be anomalies, streams, forecasts or delay, and weather is not")]
    public void What_is_wrong_with_a_line_is_said(string line, string error) =>
        Assert.Equal([error], LineErrors.Of(CommandTree.Create().Parse(line.Split(' '))));

    [Theory]
    [InlineData("ml evaluate --json")]
    [InlineData("ml evaluate --only streams --anomaly-csv streams --windows labels.json")]
    [InlineData("ml evaluate --only forecasts anomalies --demand-csv demand.csv")]
    public void A_good_line_is_taken(string line) => Assert.Empty(LineErrors.Of(CommandTree.Create().Parse(line.Split(' '))));
}
