using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Hosting;
using EcomIntel.Hosting;

try
{
    var builder = RoleHost.Create(args, "graphql");
    builder.AddApi();
    return await RoleHost.RunAsync(builder, app => app.MapApi());
}
catch (Exception wrong) when (wrong is ConfigurationException or SchemaException)
{
    await Console.Error.WriteLineAsync($"EcomIntel.GraphQL: {wrong.Message}");
    return 2;
}
