using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EcomIntel.Embedded.Kafka;

/// <summary>
/// How far each partition was acknowledged, in a file that outlives the process and all that it held: so what died with it can be counted. One line a
/// partition, <c>TOPIC PARTITION NEXT</c>, NEXT in 20 digits, written over in place. Safe for any thread.
/// </summary>
internal sealed class AcknowledgedOffsets : IDisposable
{
    private const int Digits = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string, int), (long Place, long Next)> _partitions = [];
    private readonly SafeFileHandle _file;

    /// <param name="folder">Where the file is, under the cluster's id.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public AcknowledgedOffsets(string folder, string clusterId, IEnumerable<string> topics, int partitions)
    {
        var text = new StringBuilder();
        foreach (var topic in topics)
            for (var number = 0; number < partitions; number++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{topic} {number} ");
                _partitions.Add((topic, number), (text.Length, 0));
                text.Append(Line(0)).Append('\n');
            }
        Directory.CreateDirectory(folder);
        _file = File.OpenHandle(Path.Combine(folder, clusterId), FileMode.Create, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(_file, Encoding.ASCII.GetBytes(text.ToString()), 0);
    }

    /// <summary>To be called before the producer hears of it.</summary>
    /// <param name="next">The offset after the last acknowledged one.</param>
    public void Note(string topic, int partition, long next)
    {
        lock (_lock)
        {
            if (!_partitions.TryGetValue((topic, partition), out var noted) || noted.Next >= next)
                return;
            RandomAccess.Write(_file, Encoding.ASCII.GetBytes(Line(next)), noted.Place);
            _partitions[(topic, partition)] = (noted.Place, next);
        }
    }

    private static string Line(long next) => next.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');

    public void Dispose() => _file.Dispose();
}
