using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;
using EcomIntel.GraphQL.Engine;

namespace EcomIntel.Cli.Documents;

/// <summary>How many documents were looked at and how they came off; <paramref name="Unusable"/> lines hold no document.</summary>
internal readonly record struct CheckTally(long Ok, long Faulty, long Unusable);

/// <summary>Answers a stream of documents line by line, in its order, while it is read.</summary>
/// <param name="name">Name of the stream in messages about its lines.</param>
/// <param name="json">One JSON object for each document; otherwise a line for people for each faulty one.</param>
internal sealed class DocumentChecks(DocumentCheck check, string name, bool json, Stream answers, TextWriter complaints)
{
    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    /// <exception cref="InstanceException">The stream broke off.</exception>
    public async Task<CheckTally> RunAsync(Stream documents, CancellationToken token)
    {
        var (ok, faulty, unusable) = (0L, 0L, 0L);
        await using var buffered = new BufferedStream(answers, 64 * 1024);
        try
        {
            await foreach (var (number, bytes, tooLong) in LineReader.ReadAsync(documents, () => buffered.FlushAsync(token), token))
            {
                var wrong = $"longer than {LineReader.MaxBytes} bytes";
                if (tooLong || DocumentLine.Read(bytes, out wrong) is not { } line)
                {
                    unusable++;
                    await complaints.WriteLineAsync($"ecomintel: {name}:{number.ToString(CultureInfo.InvariantCulture)}: {wrong}");
                    continue;
                }
                var verdict = check.Check(Encoding.UTF8.GetBytes(line.Query), line.Variables, line.OperationName);
                if (verdict.Ok) ok++;
                else faulty++;
                if (json) Answer(buffered, line.Id, verdict);
                else if (!verdict.Ok) buffered.Write(Encoding.UTF8.GetBytes(Verdict(line.Id, verdict)));
            }
        }
        catch (IOException broken)
        {
            throw new InstanceException($"{name}: {broken.Message}", broken);
        }
        await buffered.FlushAsync(token);
        return new(ok, faulty, unusable);
    }

    private static void Answer(Stream to, JsonElement id, DocumentVerdict verdict)
    {
        using (var writer = new Utf8JsonWriter(to, Form))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("id");
            id.WriteTo(writer);
            writer.WriteBoolean("ok", verdict.Ok);
            writer.WriteString("phase", verdict.Phase);
            writer.WriteStartArray("errors");
            foreach (var error in verdict.Errors)
            {
                writer.WriteStartObject();
                writer.WriteString("message", error.Message);
                writer.WriteStartArray("locations");
                foreach (var location in error.Locations)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("line", location.Line);
                    writer.WriteNumber("column", location.Column);
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteString("printed", verdict.Printed);
            writer.WriteEndObject();
        }
        to.Write(LineEnd);
    }

    private static string Verdict(JsonElement id, DocumentVerdict verdict)
    {
        var first = verdict.Errors[0];
        var at = first.Locations is [var place, ..] ? string.Create(CultureInfo.InvariantCulture, $"{place.Line}:{place.Column}: ") : "";
        var more = verdict.Errors.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" (and {verdict.Errors.Count - 1} more)") : "";
        return Printable.Of($"{id}: {at}{first.Message}{more}") + "\n";
    }
}
