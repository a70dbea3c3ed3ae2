using EcomIntel.Embedded.ClickHouse;

namespace EcomIntel.Tests.Embedded.ClickHouse;

public sealed class SessionRequestTests
{
    [Fact]
    public void A_request_without_an_id_has_no_session() =>
        Assert.Null(SessionRequest.From(new Dictionary<string, string> { ["session_id"] = "", ["session_timeout"] = "5" }));

    [Fact]
    public void A_session_lasts_a_minute_where_the_client_says_nothing() =>
        Assert.Equal(
            new SessionRequest("a", TimeSpan.FromMinutes(1), MustExist: false, Close: false),
            SessionRequest.From(new Dictionary<string, string> { ["session_id"] = "a" }));

    [Fact]
    public void A_client_says_how_long_and_whether_it_must_exist_and_ends() =>
        Assert.Equal(
            new SessionRequest("a", TimeSpan.FromHours(1), MustExist: true, Close: true),
            SessionRequest.From(new Dictionary<string, string>
            {
                ["session_id"] = "a", ["session_timeout"] = "3600", ["session_check"] = "1", ["close_session"] = "1",
            }));

    [Theory]
    [InlineData("3601")]
    [InlineData("-1")]
    [InlineData("soon")]
    public void A_timeout_over_an_hour_or_none_is_refused(string timeout)
    {
        var url = new Dictionary<string, string> { ["session_id"] = "a", ["session_timeout"] = timeout };
        Assert.Equal(374, Assert.Throws<RefusedException>(() => SessionRequest.From(url)).Error.Code);
    }
}
