using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace EcomIntel.Benchmarks.HotPaths;

/// <summary>
/// Runs in this process: the project that BenchmarkDotNet would generate inherits this repository's build rules and does not pass them.
/// Ratios, not times, are compared between machines; reports are written beside the program.
/// </summary>
internal sealed class HotPathConfig : ManualConfig
{
    public HotPathConfig()
    {
        AddJob(Job.Default.WithWarmupCount(3).WithIterationCount(12).WithToolchain(InProcessEmitToolchain.Instance).WithId("in process"));
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.Min, new BudgetColumn()); // the least is what others on the machine disturb least
        AddDiagnoser(MemoryDiagnoser.Default);
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
        WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "results"));
    }
}
