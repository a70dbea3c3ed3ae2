using EcomIntel.GraphQL.Schema;

namespace EcomIntel.Tests.GraphQL.Api;

/// <summary>Apps are built against the SDL: it changes only where somebody sees the change.</summary>
public sealed class SchemaSnapshotTests
{
    private const string Renew = "ECOMINTEL_RENEW_SDL";

    [Fact]
    public void The_SDL_is_the_one_that_was_published()
    {
        var path = Path.Combine(Root(), "tests/EcomIntel.Tests/GraphQL/Api/schema.graphql");
        var sdl = ApiSchema.Read().Sdl;
        if (Environment.GetEnvironmentVariable(Renew) == "1")
        {
            File.WriteAllText(path, sdl);
            Assert.Fail($"{path} is renewed: look at the difference, and run again without {Renew}");
        }
        var published = File.ReadAllText(path);
        if (published == sdl)
            return;
        var (was, @is) = (published.Split('\n'), sdl.Split('\n'));
        var line = was.Zip(@is).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail(
            $"the API's SDL is not the published one. Line {line + 1} was\n  {was.ElementAtOrDefault(line)}\nand is\n  {@is.ElementAtOrDefault(line)}\n"
            + $"If apps can live with it: {Renew}=1 ./ecomintel test --fast --filter FullyQualifiedName~{nameof(SchemaSnapshotTests)}");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EcomIntel.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("EcomIntel.sln is in no folder above the tests");
    }
}
