using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Hosting;
using EcomIntel.GraphQL.Schema;

namespace EcomIntel.Tests.GraphQL.Api;

public sealed class WelcomeTests
{
    [Fact]
    public void What_GraphiQL_shows_first_is_a_valid_query_with_one_operation()
    {
        var verdict = new DocumentCheck(ApiSchema.Read()).Check(Welcome.Query);
        Assert.True(verdict.Ok, string.Join(' ', verdict.Errors.Select(error => error.Message)));
        Assert.Equal(1, verdict.Printed!.Split("query ").Length - 1);
    }
}
