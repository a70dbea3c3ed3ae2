using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.GraphQL.Hosting;
using EcomIntel.Hosting;
using EcomIntel.Ingest.Workflows;
using EcomIntel.Kafka;
using EcomIntel.Ml.Running;

namespace EcomIntel.Tests.Hosting;

public class SectionTests
{
    [Fact]
    public void Every_role_lets_through_every_section_that_some_role_reads()
    {
        Type[] roles =
            [typeof(ConnectionStrings), typeof(KafkaOptions), typeof(MetricsOptions), typeof(WorkflowOptions), typeof(ModelOptions), typeof(ApiOptions)];
        var read = roles
            .SelectMany(type => type.Assembly.GetTypes()).Where(type => type.IsClass && type.IsAssignableTo(typeof(ISectionOptions)))
            .Select(type => (string)type.GetProperty(nameof(ISectionOptions.Section))!.GetValue(null)!);
        Assert.Equal(read.Append("Logging").Append("Role").Order(StringComparer.Ordinal), RoleHost.Sections.Order(StringComparer.Ordinal));
    }
}
