using System.Globalization;
using System.Xml.Linq;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>
/// The engine's server settings. Its own defaults are for a machine of its own (a background pool of 16, 128 schedule threads, nine tenths of the memory);
/// here it shares two cores with PostgreSQL and the roles.
/// </summary>
internal static class EngineConfiguration
{
    /// <summary>Writes the file the engine reads at its start. Always given: without one it would take a config.xml lying in the working directory.</summary>
    public static string Write(string directory, long serverMemory)
    {
        var configuration = new XElement("clickhouse",
            Setting("max_server_memory_usage", serverMemory),
            Setting("max_thread_pool_free_size", 16), // of its own accord it keeps up to 1000 idle threads
            Setting("max_thread_pool_size", 1000),
            Setting("max_io_thread_pool_size", 16),
            Setting("max_io_thread_pool_free_size", 4),
            Setting("background_pool_size", 2),
            Setting("background_merges_mutations_concurrency_ratio", 2),
            Setting("background_move_pool_size", 1),
            Setting("background_fetches_pool_size", 1),
            Setting("background_common_pool_size", 2),
            Setting("background_schedule_pool_size", 4),
            Setting("background_buffer_flush_schedule_pool_size", 1),
            Setting("background_message_broker_schedule_pool_size", 2),
            Setting("background_distributed_schedule_pool_size", 1),
            Setting("mark_cache_size", 64 * 1024 * 1024),
            Setting("uncompressed_cache_size", 0),
            // A small pool needs these: the engine refuses a value larger than the pool (2 x 2).
            new XElement("merge_tree",
                Setting("number_of_free_entries_in_pool_to_execute_mutation", 1),
                Setting("number_of_free_entries_in_pool_to_lower_max_size_of_merge", 1),
                Setting("number_of_free_entries_in_pool_to_execute_optimize_entire_partition", 1)));

        var path = Path.Combine(directory, "engine.xml");
        new XDocument(configuration).Save(path);
        return path;
    }

    private static XElement Setting(string name, long value) => new(name, value.ToString(CultureInfo.InvariantCulture));
}
