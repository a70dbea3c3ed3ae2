using EcomIntel.Embedded.ClickHouse;

namespace EcomIntel.Tests.Embedded.ClickHouse;

public sealed class ClickHouseErrorTests
{
    [Theory]
    [InlineData("Code: 60. DB::Exception: Table x does not exist. (UNKNOWN_TABLE)", 60, 404)]
    [InlineData("Code: 27. DB::Exception: Code: 27. DB::Exception: Cannot parse. (CANNOT_PARSE_INPUT_ASSERTION_FAILED)", 27, 400)]
    [InlineData("Code: 241. DB::Exception: memory. (MEMORY_LIMIT_EXCEEDED)", 241, 500)]
    [InlineData("Code: 159. DB::Exception: late. (TIMEOUT_EXCEEDED)", 159, 408)]
    [InlineData("std::bad_alloc", 1002, 500)]
    public void The_engines_text_tells_the_code_and_the_code_the_status(string text, int code, int status)
    {
        var error = ClickHouseError.FromEngine(text);
        Assert.Equal((code, status), (error.Code, error.Status));
        Assert.Contains(text, error.Text, StringComparison.Ordinal);
    }
}
