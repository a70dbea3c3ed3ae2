using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Hosting;
using EcomIntel.Ml.Jobs;
using EcomIntel.Ml.Running;

try
{
    if (args is not ["--role", "ml", ..])
        throw new ConfigurationException("usage: EcomIntel.Ml --role ml [--Section:Key value ...]");
    var builder = RoleHost.Create(args, "ml");
    builder.Services.AddModels(builder.Configuration, () => ModelJobs.All);
    return await RoleHost.RunAsync(builder);
}
catch (ConfigurationException wrong)
{
    await Console.Error.WriteLineAsync($"EcomIntel.Ml: {wrong.Message}");
    return 2;
}
