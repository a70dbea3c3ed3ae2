using System.Text;
using EcomIntel.Embedded.ClickHouse;
using EcomIntel.Embedded.ClickHouse.Statements;

namespace EcomIntel.Tests.Embedded.ClickHouse;

public sealed class StatementReaderTests
{
    private const string Out = "\nINTO OUTFILE '/dev/fd/7' APPEND COMPRESSION 'none'\n";
    private const string In = " FROM INFILE '/dev/fd/7' COMPRESSION 'none' ";

    [Theory]
    [InlineData("SELECT 1", $"SELECT 1{Out}", null)]
    [InlineData("SELECT 1 FORMAT JSON", $"SELECT 1 {Out}FORMAT JSON", "JSON")]
    [InlineData("select 1 settings a = 1 format Native;", $"select 1 settings a = 1 {Out}format Native", "Native")]
    [InlineData("SELECT 1 FORMAT CSV SETTINGS a = 1 ; ; ", $"SELECT 1 {Out}FORMAT CSV SETTINGS a = 1 ", "CSV")]
    [InlineData("SELECT 1 -- FORMAT JSON", $"SELECT 1{Out}", null)]
    [InlineData("SELECT ' FORMAT JSON ;', \"a;b\", `c``;` /* ; FORMAT XML */", $"SELECT ' FORMAT JSON ;', \"a;b\", `c``;`{Out}", null)]
    [InlineData("SELECT (SELECT 1 FORMAT JSON)", $"SELECT (SELECT 1 FORMAT JSON){Out}", null)]
    [InlineData("SELECT 'it\\'s', 'it''s;' FORMAT TSV", $"SELECT 'it\\'s', 'it''s;' {Out}FORMAT TSV", "TSV")]
    [InlineData("SELECT $t$ ; FORMAT x $t$ FORMAT TSV", $"SELECT $t$ ; FORMAT x $t$ {Out}FORMAT TSV", "TSV")]
    [InlineData("SELECT format FROM t", $"SELECT format FROM t{Out}", null)]
    [InlineData("SELECT a AS format FROM format ORDER BY a, format DESC", $"SELECT a AS format FROM format ORDER BY a, format DESC{Out}", null)]
    [InlineData("SELECT t.format x FORMAT JSON", $"SELECT t.format x {Out}FORMAT JSON", "JSON")]
    [InlineData("SELECT * FORMAT JSON", $"SELECT * {Out}FORMAT JSON", "JSON")]
    [InlineData("# a comment\nSHOW TABLES", $"# a comment\nSHOW TABLES{Out}", null)]
    [InlineData("(SELECT 1) UNION ALL (SELECT 2)", $"(SELECT 1) UNION ALL (SELECT 2){Out}", null)]
    [InlineData("WITH 1 AS x SELECT x", $"WITH 1 AS x SELECT x{Out}", null)]
    public void A_reading_statement_writes_into_the_pipe(string sql, string expected, string? format)
    {
        var statement = Read(sql);
        Assert.Equal(StatementKind.Read, statement.Kind);
        Assert.Equal(format, statement.Format);
        Assert.Equal(expected.TrimEnd(), Text(statement, sql).TrimEnd());
    }

    [Theory]
    [InlineData("INSERT INTO t FORMAT TSV\n1\t2", $"INSERT INTO t {In}FORMAT TSV", "TSV", "1\t2")]
    [InlineData("INSERT INTO t FORMAT RowBinary \t\r\n\n\n", $"INSERT INTO t {In}FORMAT RowBinary", "RowBinary", "\n\n")]
    [InlineData("INSERT INTO t (a, b) SETTINGS x = 1 FORMAT CSV 1,2", $"INSERT INTO t (a, b) {In}SETTINGS x = 1 FORMAT CSV", "CSV", "1,2")]
    [InlineData("INSERT INTO d.format VALUES (1, 'FORMAT x'); (2)", $"INSERT INTO d.format {In}FORMAT Values", "Values", " (1, 'FORMAT x'); (2)")]
    [InlineData("insert into format values(1)", $"insert into format {In}FORMAT Values", "Values", "(1)")]
    [InlineData("INSERT INTO TABLE `values` (`format`) VALUES (1)", $"INSERT INTO TABLE `values` (`format`) {In}FORMAT Values", "Values", " (1)")]
    [InlineData(
        "INSERT INTO t SELECT a, input FROM input('a UInt8') FORMAT CSV\n1",
        "INSERT INTO t SELECT a, input FROM file('/dev/fd/7', 'CSV', 'a UInt8', 'none') ", "CSV", "1")]
    public void An_insert_of_data_reads_them_from_the_file(string sql, string expected, string format, string data)
    {
        var statement = Read(sql);
        Assert.Equal(StatementKind.InsertData, statement.Kind);
        Assert.Equal(format, statement.Format);
        Assert.Equal(expected, Text(statement, sql));
        Assert.Equal(data, sql[statement.DataStart..]);
    }

    [Theory]
    [InlineData("INSERT INTO t SELECT 1", true)]
    [InlineData("INSERT INTO t (a) WITH 1 AS x SELECT x FROM u SETTINGS a = 1", true)]
    [InlineData("CREATE TABLE t (a UInt8) ENGINE = Memory", false)]
    [InlineData("SET max_threads = 1", false)]
    [InlineData("ALTER TABLE t ADD COLUMN sync UInt8", false)]
    public void Other_statements_stay_as_they_are(string sql, bool inserts)
    {
        var statement = Read(sql + ";");
        Assert.Equal(inserts ? StatementKind.InsertSelect : StatementKind.Other, statement.Kind);
        Assert.Equal(sql, Text(statement, sql));
    }

    [Theory]
    [InlineData("DROP TABLE t SYNC", "DROP TABLE t ")]
    [InlineData("DROP DATABASE IF EXISTS `d` sync", "DROP DATABASE IF EXISTS `d` ")]
    [InlineData("KILL QUERY WHERE query_id = 'a' ASYNC", "KILL QUERY WHERE Settings['log_comment'] = 'a' ASYNC")]
    [InlineData("KILL QUERY WHERE query_id IN ('query_id', 'b')", "KILL QUERY WHERE Settings['log_comment'] IN ('query_id', 'b')")]
    public void What_the_engine_takes_otherwise_is_put_otherwise(string sql, string expected) => Assert.Equal(expected, Text(Read(sql), sql));

    [Theory]
    [InlineData("", ClickHouseError.SyntaxError)]
    [InlineData(" -- nothing", ClickHouseError.SyntaxError)]
    [InlineData("SELECT 1; SELECT 2", ClickHouseError.SyntaxError)]
    [InlineData("INSERT INTO t SELECT 1; DROP TABLE t", ClickHouseError.SyntaxError)]
    [InlineData("INSERT INTO t", ClickHouseError.SyntaxError)]
    [InlineData("INSERT INTO t FORMAT", ClickHouseError.SyntaxError)]
    [InlineData("INSERT INTO t FORMAT CSV; 1", ClickHouseError.InvalidUsageOfInput)]
    [InlineData("SELECT 1 INTO OUTFILE '/etc/x' FORMAT CSV", ClickHouseError.NotImplemented)]
    [InlineData("INSERT INTO t FROM INFILE '/etc/passwd' FORMAT LineAsString", ClickHouseError.UnknownTypeOfQuery)]
    public void What_no_server_would_run_is_refused(string sql, int code)
    {
        var refused = Assert.Throws<RefusedException>(() => Read(sql));
        Assert.Equal(code, refused.Error.Code);
    }

    private static Statement Read(string sql) => StatementReader.Read(Encoding.UTF8.GetBytes(sql));

    private static string Text(Statement statement, string sql) => Encoding.UTF8.GetString(statement.Text(Encoding.UTF8.GetBytes(sql), "/dev/fd/7"));
}
