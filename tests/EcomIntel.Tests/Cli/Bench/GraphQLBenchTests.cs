using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EcomIntel.Cli.Bench.GraphQL;
using EcomIntel.Cli.Supervisor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Tests.Cli.Bench;

public sealed class GraphQLBenchTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nX: y\r\n\r\nhello", 200, "hello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:5\r\n\r\nhello", 200, "hello")]
    [InlineData("HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n", 429, "")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, "hello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n", 200, "0123456789")]
    public void A_response_is_read_whole_wherever_it_is_cut(string text, int status, string body)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var response = new HttpResponseReader();
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            for (var at = 0; at < bytes.Length; at += piece)
            {
                var part = bytes.AsSpan(at, Math.Min(piece, bytes.Length - at));
                part.CopyTo(response.Free);
                Assert.Equal(at + part.Length == bytes.Length, response.Advance(part.Length));
            }
            Assert.Equal((status, body.Length, body), (response.Status, response.BodyLength, Encoding.ASCII.GetString(response.Body())));
            response.Clear();
        }
    }

    [Fact]
    public async Task Load_is_as_many_answers_as_came_and_another_answer_ends_it()
    {
        var (answered, odd) = (0, int.MaxValue);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            Assert.Equal("asked", await reader.ReadToEndAsync());
            await context.Response.WriteAsync(Interlocked.Increment(ref answered) < odd ? "well" : "otherwise");
        });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var load = new LoadGenerator(new Uri(address), "asked"u8.ToArray());
        Assert.Equal("well", Encoding.UTF8.GetString(load.SendOne()));
        answered = 0;
        var burst = await load.RunAsync(TimeSpan.FromMilliseconds(300), connections: 4, bytes: 4, processor: null, CancellationToken.None);
        // The answers under way at the end are waited for and not counted.
        Assert.InRange(answered - burst.Latencies.Count, 0, 4);
        Assert.True(burst.Latencies.Count > 10 && burst.P99() > 0 && burst.Seconds >= 0.3);
        odd = answered + 50;
        var wrong = await Assert.ThrowsAsync<InstanceException>(() => load.RunAsync(TimeSpan.FromSeconds(30), 4, 4, null, CancellationToken.None));
        Assert.Contains("9 bytes", wrong.Message, StringComparison.Ordinal);
        await app.StopAsync();
    }

    [Fact]
    public void A_server_that_is_not_there_is_told_in_one_line()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: nobody else listens there either
        var load = new LoadGenerator(new Uri($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}/graphql"), []);
        Assert.Contains("cannot be reached", Assert.Throws<InstanceException>(load.SendOne).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":1.50,"b":["x\u0041"]}""", """ { "a" : 1.5, "b": [ "xA" ] } """, true)]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""", false)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""[1,2]""", """[2,1]""", false)]
    public void Answers_are_the_same_when_only_their_writing_differs(string one, string other, bool same) =>
        Assert.Equal(same, NormalizedJson.Of(Encoding.UTF8.GetBytes(one)).AsSpan().SequenceEqual(NormalizedJson.Of(Encoding.UTF8.GetBytes(other))));

    [Fact]
    public void The_orders_are_the_same_in_every_run()
    {
        using var folder = new TemporaryFolder();
        var (one, other) = (Path.Combine(folder.Path, "one.json"), Path.Combine(folder.Path, "other.json"));
        OrderFile.Write(one);
        OrderFile.Write(other);
        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(other));
        using var orders = JsonDocument.Parse(File.ReadAllBytes(one));
        Assert.Equal(OrderFile.Orders, orders.RootElement.GetArrayLength());
        Assert.All(orders.RootElement.EnumerateArray(), order => Assert.Equal(3, order.GetProperty("lines").GetArrayLength()));
    }
}
