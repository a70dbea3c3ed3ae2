using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>
/// A multipart/form-data body: the statement in `query`, its parameters in `param_*`, and external tables as files. Any other field is
/// ignored, as by the real server. To be disposed of when the engine has read the files.
/// </summary>
internal sealed class MultipartForm(QueryRequest request) : IDisposable
{
    private const int MaxTables = 64;

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly List<(string Name, Spool Data)> _files = [];

    /// <summary>What the form adds to the statement in the URL.</summary>
    public string Query { get; private set; } = "";

    public IEnumerable<KeyValuePair<string, string>> Parameters =>
        _fields.Where(part => part.Key.StartsWith(QueryRequest.ParameterPrefix, StringComparison.Ordinal))
            .Select(part => KeyValuePair.Create(part.Key[QueryRequest.ParameterPrefix.Length..], part.Value));

    public static bool IsOne(HttpRequest http) => http.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    /// <exception cref="RefusedException">No form, fields larger than a statement may be, or files larger than a body.</exception>
    public static async Task<MultipartForm> ReadAsync(
        HttpRequest http, Stream body, QueryRequest request, ClickHouseOptions options, string spoolFolder, CancellationToken token)
    {
        if (!MediaTypeHeaderValue.TryParse(http.ContentType, out var type)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            throw new RefusedException(ClickHouseError.BadArguments, "multipart/form-data needs a boundary");
        }

        var form = new MultipartForm(request);
        try
        {
            var reader = new MultipartReader(boundary.Value!, body);
            long fields = 0;
            long files = 0;
            while (await reader.ReadNextSectionAsync(token) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition)
                {
                    continue;
                }

                var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                if (disposition.FileName.HasValue || disposition.FileNameStar.HasValue)
                {
                    if (form._files.Count == MaxTables)
                    {
                        throw new RefusedException(ClickHouseError.LimitExceeded, $"More than {MaxTables} external tables");
                    }

                    name = name.Length > 0 ? name : "_data";
                    var data = new Spool(spoolFolder, options.BodyLimit - files);
                    form._files.Add((name, data));
                    await data.FillAsync(default, section.Body, form.Setting($"{name}_format"), request.ProtocolVersion, token);
                    files += data.Length;
                }
                else
                {
                    var value = await ReadFieldAsync(section.Body, options.StatementLimit - fields, options, token);
                    fields += name.Length + value.Length;
                    form.Add(name, Encoding.UTF8.GetString(value));
                }
            }

            return form;
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            form.Dispose();
            throw new RefusedException(ClickHouseError.IncorrectData, $"The form cannot be read: {broken.Message}");
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    /// <summary>The external tables, their format and columns as NAME_format and NAME_structure (or NAME_types) say, in the URL or the form.</summary>
    /// <exception cref="RefusedException">A table without columns.</exception>
    public IReadOnlyList<ExternalTable> Tables() =>
    [
        .. _files.Select(file => new ExternalTable(
            file.Name,
            Setting($"{file.Name}_structure") ?? ExternalTable.Columns(Setting($"{file.Name}_types")) ?? throw new RefusedException(
                ClickHouseError.BadArguments, $"External table {file.Name} needs {file.Name}_structure or {file.Name}_types"),
            Format(Setting($"{file.Name}_format") ?? "TabSeparated"),
            file.Data)),
    ];

    private string? Setting(string name) => request.TableSettings.GetValueOrDefault(name) ?? _fields.GetValueOrDefault(name);

    // It goes into a statement unquoted.
    private static string Format(string name) => name.All(char.IsAsciiLetterOrDigit)
        ? name
        : throw new RefusedException(ClickHouseError.BadArguments, $"{name} is no name of a format");

    public void Dispose()
    {
        foreach (var (_, data) in _files)
        {
            data.Dispose();
        }
    }

    private void Add(string name, string value)
    {
        if (name == "query")
        {
            Query += value;
        }
        else
        {
            _fields.TryAdd(name, value); // the first one counts, as with the real server
        }
    }

    private static async Task<byte[]> ReadFieldAsync(Stream body, long limit, ClickHouseOptions options, CancellationToken token)
    {
        using var value = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, token)) > 0;)
        {
            value.Write(buffer, 0, read);
            if (value.Length > limit)
            {
                throw new RefusedException(
                    ClickHouseError.StatementTooLarge, $"The statement and its parameters are larger than {options.StatementLimit} bytes");
            }
        }

        return value.ToArray();
    }
}
