using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using EcomIntel.Cli.Documents;
using EcomIntel.Cli.Supervisor;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Schema;

namespace EcomIntel.Tests.Cli.Documents;

public sealed class DocumentChecksTests
{
    private static readonly DocumentCheck Check = new(SchemaReader.Read(new SdlFile("s.graphql", """
        scalar Date
        input Range { from: Int! to: Int = 3 }
        type Query { a(n: Int, r: Range, d: Date = "x"): Int b: String }
        type Mutation { m: Int }
        """)));

    [Fact]
    public async Task Every_document_is_answered_in_its_order()
    {
        var (answers, complaints, tally) = await RunAsync(
            """{"id":"one","query":"{ a b }"}""",
            """{"id":2,"query":"{ a\n c }","variables":null,"operationName":null,"more":[]}""",
            """{"id":"three","query":"{ a("}""");
        Assert.Equal(["\"one\"", "2", "\"three\""], answers.Select(answer => answer.GetProperty("id").GetRawText()));
        Assert.Equal([true, false, false], answers.Select(answer => answer.GetProperty("ok").GetBoolean()));
        Assert.Equal(["validate", "validate", "parse"], answers.Select(answer => answer.GetProperty("phase").GetString()));
        Assert.Equal(["{\n  a\n  b\n}", "{\n  a\n  c\n}", null], answers.Select(answer => answer.GetProperty("printed").GetString()));
        Assert.Equal("""[{"line":2,"column":2}]""", Assert.Single(answers[1].GetProperty("errors").EnumerateArray()).GetProperty("locations").GetRawText());
        Assert.All(answers, answer => Assert.Equal(["id", "ok", "phase", "errors", "printed"], answer.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(("", new CheckTally(1, 2, 0)), (complaints, tally));
    }

    [Theory]
    [InlineData("nonsense", "no JSON")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("""{"query":"{a}"}""", "\"id\"")]
    [InlineData("""{"id":null,"query":"{a}"}""", "\"id\"")]
    [InlineData("""{"id":"x"}""", "\"query\"")]
    [InlineData("""{"id":"x","query":["{a}"]}""", "\"query\"")]
    [InlineData("""{"id":"x","query":"{a}","variables":[]}""", "\"variables\"")]
    [InlineData("""{"id":"x","query":"{a}","operationName":1}""", "\"operationName\"")]
    [InlineData("""{"id":"x","query":"{a(d: \"\ud800\")}"}""", "Unicode")]
    public async Task A_line_that_holds_no_document_is_told_by_number_and_the_rest_still_answered(string line, string what)
    {
        var (answers, complaints, tally) = await RunAsync("""{"id":1,"query":"{a}"}""", "", line, "  ", """{"id":2,"query":"{a}"}""");
        Assert.Equal(["1", "2"], answers.Select(answer => answer.GetProperty("id").GetRawText()));
        Assert.Equal(new CheckTally(2, 0, 1), tally);
        Assert.StartsWith("ecomintel: lines.jsonl:3: ", Assert.Single(complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains(what, complaints, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query Q($n: Int!) { a(n: $n) }", null, null, null)]
    [InlineData("query Q($n: Int!) { a(n: $n) }", """{"n":1,"other":2}""", null, null)]
    [InlineData("query Q($n: Int!) { a(n: $n) }", "{}", null, "1:9")]
    [InlineData("query Q($n: Int!, $r: Range) { a(n: $n, r: $r) }", """{"n":"1","r":{"to":null}}""", "Q", "1:9 1:19")]
    [InlineData("query Q($d: Date = 1) { a(d: $d) }", """{"d":{"any":[1]}}""", "Q", null)]
    [InlineData("query Q($d: Date = 1) { a(d: $d) }", "{}", "Q", null)]
    [InlineData("query Q { a } mutation M { m }", null, null, null)]
    [InlineData("query Q { a } mutation M { m }", null, "M", null)]
    [InlineData("query Q { a } mutation M { m }", null, "N", "")]
    [InlineData("query Q { a } mutation M { m }", "{}", null, "")]
    [InlineData("fragment F on Query { a } { ...F }", "{}", null, null)]
    [InlineData("query Q($d: Date) { a(d: $d) }", """{"d":"\ud800"}""", null, "")]
    public async Task Variables_and_the_name_of_the_operation_are_held_against_a_valid_document(string query, string? variables, string? name, string? faults)
    {
        var (document, operation) = (JsonSerializer.Serialize(query), JsonSerializer.Serialize(name));
        var line = $$"""{"id":1,"query":{{document}},"variables":{{variables ?? "null"}},"operationName":{{operation}}}""";
        var answer = Assert.Single((await RunAsync(line)).Answers);
        Assert.Equal("validate", answer.GetProperty("phase").GetString());
        Assert.Equal(faults is null, answer.GetProperty("ok").GetBoolean());
        Assert.Equal(faults ?? "",
            string.Join(' ', answer.GetProperty("errors").EnumerateArray().SelectMany(error => error.GetProperty("locations").EnumerateArray())
            .Select(at => $"{at.GetProperty("line")}:{at.GetProperty("column")}").Distinct()));
    }

    [Fact]
    public async Task An_answer_does_not_wait_for_the_lines_after_it()
    {
        var (documents, answers) = (new Pipe(), new Pipe());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var running = new DocumentChecks(Check, "lines.jsonl", json: true, answers.Writer.AsStream(), TextWriter.Null)
            .RunAsync(documents.Reader.AsStream(), patience.Token);
        using var told = new StreamReader(answers.Reader.AsStream());
        for (var number = 0; number < 3; number++)
        {
            await documents.Writer.WriteAsync(Encoding.UTF8.GetBytes($$"""{"id":{{number}},"query":"{a}"}""" + "\n"), patience.Token);
            Assert.Contains($"\"id\":{number}", await told.ReadLineAsync(patience.Token), StringComparison.Ordinal);
        }
        await documents.Writer.CompleteAsync();
        Assert.Equal(3, (await running).Ok);
    }

    [Fact]
    public async Task An_endless_line_is_refused_without_being_held()
    {
        const int length = 64 * 1024 * 1024;
        // Nothing here waits, so all of it is done by this thread.
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var answers = new MemoryStream();
        var tally = await new DocumentChecks(Check, "lines.jsonl", json: true, answers, TextWriter.Null).RunAsync(new Repeated((byte)'x', length, """
            
            {"id":1,"query":"{a}"}
            """), CancellationToken.None);
        Assert.Equal(new CheckTally(1, 0, 1), tally);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, length / 2);
    }

    [Fact]
    public async Task People_are_told_of_the_faulty_ones_only()
    {
        using var answers = new MemoryStream();
        using var documents = new MemoryStream(Encoding.UTF8.GetBytes("""
            {"id":"fine","query":"{a}"}
            {"id":"list \u001b[2J","query":"{a c d}"}
            """));
        await new DocumentChecks(Check, "lines.jsonl", json: false, answers, TextWriter.Null).RunAsync(documents, CancellationToken.None);
        var told = Encoding.UTF8.GetString(answers.ToArray());
        Assert.StartsWith("list \\u001B[2J: 1:4: ", told, StringComparison.Ordinal);
        Assert.EndsWith(" (and 1 more)\n", told, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_of_the_command_is_the_one_the_API_serves() => Assert.Equal(ApiSchema.Read().Sdl, SdlSource.Own().Sdl);

    [Fact]
    public async Task A_faulty_schema_is_told_with_its_place()
    {
        using var folder = new TemporaryFolder();
        var (good, bad) = (Path.Combine(folder.Path, "good.graphql"), Path.Combine(folder.Path, "bad.graphql"));
        await File.WriteAllTextAsync(good, "type Query { a: Thing }");
        await File.WriteAllTextAsync(bad, "type Thing { b: Nothing\n c: None }");
        var wrong = await Assert.ThrowsAsync<InstanceException>(() => SdlSource.ReadAsync([good, bad], CancellationToken.None));
        Assert.StartsWith($"{bad}:1:17: ", wrong.Message, StringComparison.Ordinal);
        Assert.EndsWith("(and 1 more faults)", wrong.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(bad, "extend type Query { b: Int } type Thing { c: Int }");
        Assert.Contains("b: Int", (await SdlSource.ReadAsync([good, bad], CancellationToken.None)).Sdl, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InstanceException>(() => SdlSource.ReadAsync([Path.Combine(folder.Path, "none.graphql")], CancellationToken.None));
    }

    private static async Task<(List<JsonElement> Answers, string Complaints, CheckTally Tally)> RunAsync(params string[] lines)
    {
        using var documents = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        using var answers = new MemoryStream();
        using var complaints = new StringWriter();
        var tally = await new DocumentChecks(Check, "lines.jsonl", json: true, answers, complaints).RunAsync(documents, CancellationToken.None);
        return ([.. Encoding.UTF8.GetString(answers.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)], complaints.ToString(), tally);
    }

    /// <summary>One byte so many times, then a text.</summary>
    private sealed class Repeated(byte what, int times, string end) : Stream
    {
        private readonly byte[] _end = Encoding.UTF8.GetBytes(end);
        private int _at;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override int Read(Span<byte> buffer)
        {
            var read = 0;
            for (; read < buffer.Length && _at < times + _end.Length; read++, _at++) buffer[read] = _at < times ? what : _end[_at - times];
            return read;
        }

        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
