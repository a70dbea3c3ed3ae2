using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Core.Models;
using EcomIntel.Ml.Registry;
using Npgsql;

namespace EcomIntel.Ml.Running;

/// <summary>What a job is given for one instant, and where it puts what it found.</summary>
/// <param name="job">Whose run it is.</param>
/// <param name="progress">Told what is being done, and the share of it that is done, 0 to 1.</param>
internal sealed class ModelRun(
    string job, DateTimeOffset asOf, ModelPolicy policy, DbConnection clickHouse, NpgsqlDataSource postgres, ModelRegistry registry,
    Action<string, double>? progress = null)
{
    private readonly List<Func<NpgsqlConnection, CancellationToken, Task>> _remembered = [];
    private readonly List<CloudEvent> _events = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>
    /// All that happened before it is applied and in ClickHouse. What happened at it or later does not count, and may be there when a run is repeated: queries
    /// say <c>time &lt; AsOf</c>.
    /// </summary>
    public DateTimeOffset AsOf => asOf;

    /// <summary>As it rules at <see cref="AsOf"/>.</summary>
    public ModelPolicy Policy => policy;

    /// <summary>ClickHouse's facts; open, to be read only.</summary>
    public DbConnection ClickHouse => clickHouse;

    /// <summary>PostgreSQL, by a role that may read the truth and write the registry alone. Its rows are as of now: only for what does not change.</summary>
    public NpgsqlDataSource Postgres => postgres;

    public ModelRegistry Registry => registry;

    /// <summary>Statements of what the job remembers of this run, in the role's own tables: done with the run, or not at all.</summary>
    public IReadOnlyList<Func<NpgsqlConnection, CancellationToken, Task>> Remembered => _remembered;

    /// <summary>In the order in which they were sent.</summary>
    public IReadOnlyList<CloudEvent> Events => _events;

    /// <summary>What the job made no event of, and why; counted and told.</summary>
    public Dictionary<string, long> HeldBack { get; } = new(StringComparer.Ordinal);

    /// <param name="keep">In the transaction that the connection is in.</param>
    public void Remember(Func<NpgsqlConnection, CancellationToken, Task> keep) => _remembered.Add(keep);

    /// <summary>Keeps how far the champion's error has come from what it was; what is to be told of it is told by the job <c>model_drift</c>.</summary>
    /// <param name="drift">Null: nothing can be said.</param>
    public void Drifted(Champion champion, ModelDrift? drift)
    {
        if (drift is not null)
            Remember(ModelRegistry.Drift(champion, drift));
    }

    public long HeldBackCount => HeldBack.Values.Sum();

    public void Report(string what, double done) => progress?.Invoke(what, done);

    /// <summary>
    /// An event of <see cref="AsOf"/>. Its id follows from job, instant, type and subject: sent again by a repeated run, it is the same event.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The run sent one of that type about the subject already, or the data are not valid: a fault of the job.
    /// </exception>
    public void Send(EventType type, string subject, IEventData data)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Invalid() is { } wrong)
            throw new InvalidOperationException($"{job}: {type.Name} about {subject}: {wrong}");
        var id = IdOf(job, asOf, type.Name, subject);
        if (!_ids.Add(id))
            throw new InvalidOperationException($"{job}: two {type.Name} about {subject} in one run");
        _events.Add(new(id, ModelSource.Name, type, subject, asOf, data));
    }

    /// <summary>Registers what was trained, by a version that follows from <see cref="AsOf"/>.</summary>
    /// <returns>How it stands: the champion, or why not.</returns>
    public Task<RegisteredModel> RegisterAsync(TrainedModel trained, CancellationToken token) => registry.RegisterAsync(trained, asOf, token);

    /// <summary>Up to 100 characters, as ids are.</summary>
    internal static string IdOf(string job, DateTimeOffset asOf, string type, string subject)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{type}\0{subject}")).AsSpan(0, 12));
        return string.Create(CultureInfo.InvariantCulture, $"{job}:{asOf.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}:{hash}");
    }
}
