using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Hosting;
using EcomIntel.Ingest.Relay;
using EcomIntel.Ingest.Sink;
using EcomIntel.Ingest.Webhooks;
using EcomIntel.Ingest.Workflows;

try
{
    var role = args is ["--role", var name, ..]
        ? name : throw new ConfigurationException("usage: EcomIntel.Ingest --role ingest|relay|sink [--Section:Key value ...]");
    var builder = RoleHost.Create(args, role);
    _ = role switch
    {
        "ingest" => builder.Services.AddWorkflows(builder.Configuration),
        "relay" => builder.Services.AddRelay().AddWebhooks(builder.Configuration),
        "sink" => builder.Services.AddSink(builder.Configuration),
        _ => throw new ConfigurationException($"--role {role}: must be ingest, relay or sink"),
    };
    return await RoleHost.RunAsync(builder);
}
catch (ConfigurationException wrong)
{
    await Console.Error.WriteLineAsync($"EcomIntel.Ingest: {wrong.Message}");
    return 2;
}
