using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text.Json;
using EcomIntel.Core.Database.ClickHouse.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.Tests.Database.ClickHouse;

public sealed class RowBinaryTests
{
    private static readonly string[] DecimalTypes = ["Decimal(38, 10)", "Decimal(76, 30)", "Nullable(Decimal(76, 10))", "Decimal(29, 10)"];

    [Theory]
    [InlineData("UInt8", "255", "FF")]
    [InlineData("Int16", "-2", "FEFF")]
    [InlineData("UInt32", "1", "01000000")]
    [InlineData("Int64", "-1", "FFFFFFFFFFFFFFFF")]
    [InlineData("Int128", "-1", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("UInt256", "258", "0201000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("String", "aé", "0361C3A9")]
    [InlineData("FixedString(4)", "ab\0\0", "61620000")]
    [InlineData("UUID", "61f0c404-5cb3-11e7-907b-a6006ad3dba0", "E711B35C04C4F061A0DBD36A00A67B90")]
    [InlineData("IPv4", "1.2.3.4", "04030201")]
    [InlineData("IPv6", "2001:db8::1", "20010DB8000000000000000000000001")]
    [InlineData("Enum8('new' = -1, 'it\\'s' = 2)", "it's", "02")]
    [InlineData("Enum16('new' = 300)", "new", "2C01")]
    [InlineData("LowCardinality(String)", "a", "0161")]
    [InlineData("LowCardinality(Nullable(String))", "a", "000161")]
    [InlineData("SimpleAggregateFunction(sum, UInt8)", "7", "07")]
    public void A_value_is_these_bytes(string type, string text, string bytes)
    {
        var codec = Codecs.For("c", type);
        object value = codec.ClrType == typeof(string) ? text
            : codec.ClrType == typeof(Guid) ? Guid.Parse(text)
            : codec.ClrType == typeof(IPAddress) ? IPAddress.Parse(text)
            : BigInteger.Parse(text, CultureInfo.InvariantCulture);
        Assert.Equal(bytes, Convert.ToHexString(Written(codec, value)));
        Assert.Equal(text, string.Format(CultureInfo.InvariantCulture, "{0}", Read(codec, Convert.FromHexString(bytes))));
    }

    [Fact]
    public void Times_are_these_bytes()
    {
        Assert.Equal("80436D38", Convert.ToHexString(Written(Codecs.For("c", "DateTime"), new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc))));
        Assert.Equal("CD2A", Convert.ToHexString(Written(Codecs.For("c", "Date"), new DateOnly(2000, 1, 1))));
        Assert.Equal("FFFFFFFF", Convert.ToHexString(Written(Codecs.For("c", "Date32"), new DateOnly(1969, 12, 31))));
        Assert.Equal("FFFFFFFFFFFFFFFF", Convert.ToHexString(Written(Codecs.For("c", "DateTime64(3, 'UTC')"), DateTime.UnixEpoch.AddTicks(-1))));
        Assert.Equal(DateTime.UnixEpoch.AddTicks(-1), Read(Codecs.For("c", "DateTime64(9)"), Written(Codecs.For("c", "Int64"), -1L)));
    }

    [Fact]
    public void Every_whole_number_comes_back()
    {
        Prop.ForAll<long>(value => Same("Int64", value) && Same("Nullable(Int64)", value) && Same("Int128", (BigInteger)value * value) && Same("Int256", BigInteger.Pow(value, 3))).QuickCheckThrowOnFailure();
        Prop.ForAll<ulong>(value => Same("UInt64", value) && Same("UInt128", (BigInteger)value * value) && Same("UInt256", BigInteger.Pow(value, 3))).QuickCheckThrowOnFailure();
        Prop.ForAll<int>(value => Same("Int32", value) && Same("Int16", (short)value) && Same("Int8", (sbyte)value)).QuickCheckThrowOnFailure();
        Prop.ForAll<uint>(value => Same("UInt32", value) && Same("UInt16", (ushort)value) && Same("UInt8", (byte)value)).QuickCheckThrowOnFailure();
        Prop.ForAll<double, float, bool>((wide, narrow, flag) => Same("Float64", wide) && Same("Float32", narrow) && Same("Bool", flag)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_decimal_comes_back_where_it_fits() =>
        Prop.ForAll<long, byte>((unscaled, places) =>
        {
            var value = new decimal((int)unscaled, (int)(unscaled >> 32) & 0x3FFFFFFF, 0, unscaled < 0, (byte)(places % 11));
            return DecimalTypes.All(type => Same(type, value));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_text_comes_back() =>
        Prop.ForAll<NonNull<string>>(text =>
            text.Get.Any(char.IsSurrogate) || (Same("String", text.Get) && Same("Nullable(String)", text.Get) && Same("LowCardinality(Nullable(String))", text.Get))).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_instant_comes_back_to_its_precision() =>
        Prop.ForAll<int, int>((seconds, ticks) =>
        {
            var instant = DateTime.UnixEpoch.AddSeconds(seconds).AddTicks(Math.Abs((long)ticks) % 10_000_000);
            return Same("DateTime64(7)", instant) && Same("DateTime64(9, 'UTC')", instant) && Same("DateTime64(8)", instant)
                && (DateTime)Read(Codecs.For("c", "DateTime64(3)"), Written(Codecs.For("c", "DateTime64(3)"), instant))! == instant.AddTicks(-(instant.Ticks % 10_000));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_nesting_comes_back() =>
        Prop.ForAll<int[], int?[]>((numbers, some) =>
            Same("Array(Int32)", numbers) && Same("Array(Nullable(Int32))", some) && Same("Array(Array(Int32))", new[] { numbers, [], numbers })
            && Same("Map(String, Array(Int32))", new Dictionary<string, int[]> { ["a"] = numbers, ["b"] = [] })
            && Same("Map(Int32, Nullable(Int32))", some.Index().ToDictionary(pair => pair.Index, pair => pair.Item))
            && Same("Tuple(a Int32, `b c` Nullable(String), Array(Int32))", new object?[] { 1, null, numbers })).QuickCheckThrowOnFailure();

    [Fact]
    public void A_value_cut_short_anywhere_is_short_and_nothing_worse()
    {
        (string Type, object? Value)[] all =
        [
            ("UInt8", 1), ("Int256", BigInteger.One), ("String", new string('a', 300)), ("FixedString(40)", "a"), ("UUID", Guid.Empty), ("IPv6", "::1"),
            ("Enum8('a' = 1)", "a"), ("DateTime64(3)", DateTime.UnixEpoch), ("Nullable(Decimal(38, 2))", 1m), ("Array(String)", new[] { "a", "b" }),
            ("Map(String, Int32)", new Dictionary<string, int> { ["a"] = 1 }), ("Tuple(Int32, String)", (1, "a")),
        ];
        foreach (var (type, value) in all)
        {
            var codec = Codecs.For("c", type);
            var bytes = Written(codec, value);
            for (var length = 0; length < bytes.Length; length++)
            {
                var skipping = new RowBinaryReader(bytes.AsSpan(0, length));
                codec.Skip(ref skipping);
                Assert.True(skipping.Short, type);
                var reading = new RowBinaryReader(bytes.AsSpan(0, length));
                codec.ReadBoxed(ref reading);
                Assert.True(reading.Short, type);
            }
        }
    }

    [Theory]
    [InlineData("UInt8", 256)]
    [InlineData("UInt64", -1)]
    [InlineData("Int8", 1.0)]
    [InlineData("Int32", "1")]
    [InlineData("String", 1)]
    [InlineData("String", null)]
    [InlineData("Array(Int32)", "abc")]
    [InlineData("Enum8('a' = 1)", "b")]
    [InlineData("FixedString(1)", "ab")]
    [InlineData("IPv4", "::1")]
    [InlineData("UUID", "none")]
    [InlineData("Tuple(Int32, Int32)", 1)]
    [InlineData("Decimal(9, 2)", 12345678)]
    [InlineData("Decimal(9, 2)", 1.5)]
    public void What_does_not_fit_is_refused(string type, object? value)
    {
        var error = Assert.ThrowsAny<Exception>(() => Written(Codecs.For("c", type), value));
        Assert.True(error is InvalidCastException or OverflowException or FormatException, error.ToString());
    }

    [Fact]
    public void A_decimal_is_never_rounded_on_its_way()
    {
        Assert.Throws<OverflowException>(() => Written(Codecs.For("c", "Decimal(18, 2)"), 1.005m));
        Assert.Equal(1.5m, Read(Codecs.For("c", "Decimal(18, 1)"), Written(Codecs.For("c", "Decimal(18, 1)"), 1.500m)));
        var wide = Written(Codecs.For("c", "Int256"), BigInteger.Pow(10, 40) + 1);
        Assert.Throws<OverflowException>(() => Read(Codecs.For("c", "Decimal(76, 5)"), wide));
        Assert.Equal(1.5m, Read(Codecs.For("c", "Decimal(76, 40)"), Written(Codecs.For("c", "Int256"), 15 * BigInteger.Pow(10, 39))));
    }

    [Fact]
    public void Times_outside_their_type_are_refused()
    {
        Assert.Throws<OverflowException>(() => Written(Codecs.For("c", "DateTime"), new DateTime(1969, 12, 31, 0, 0, 0, DateTimeKind.Utc)));
        Assert.Throws<OverflowException>(() => Written(Codecs.For("c", "DateTime"), new DateTime(2107, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        Assert.Throws<OverflowException>(() => Written(Codecs.For("c", "Date"), new DateOnly(2150, 1, 1)));
        Assert.Throws<OverflowException>(() => Written(Codecs.For("c", "DateTime64(9)"), new DateTime(2300, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
    }

    [Theory]
    [InlineData("AggregateFunction(sum, UInt64)")]
    [InlineData("JSON")]
    [InlineData("Variant(Int32, String)")]
    [InlineData("Array(Dynamic)")]
    [InlineData("Array(")]
    [InlineData("Decimal(x)")]
    [InlineData("Enum8('a')")]
    public void An_unsupported_type_is_named_with_its_column(string type)
    {
        var error = Assert.Throws<NotSupportedException>(() => Codecs.For("margin", type));
        Assert.Contains("'margin'", error.Message, StringComparison.Ordinal);
        Assert.Contains(type, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_over_many_segments_is_whole()
    {
        using var writer = new RowBinaryWriter();
        for (var i = 0; i < 200_000; i++)
            writer.Text("row " + i);
        var body = writer.ToArray();
        Assert.Equal(writer.Length, body.Length);
        var reader = new RowBinaryReader(body);
        for (var i = 0; i < 200_000; i++)
            Assert.Equal("row " + i, System.Text.Encoding.UTF8.GetString(reader.Bytes()));
        using var packed = writer.Gzip();
        using var unpacked = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(new MemoryStream(packed.ToArray()), System.IO.Compression.CompressionMode.Decompress))
            gzip.CopyTo(unpacked);
        Assert.Equal(body, unpacked.ToArray());
    }

    private static bool Same(string type, object? value)
    {
        var codec = Codecs.For("c", type);
        var bytes = Written(codec, value);
        var skipping = new RowBinaryReader(bytes);
        codec.Skip(ref skipping);
        Assert.Equal(bytes.Length, skipping.Position);
        Assert.False(skipping.Short);
        Assert.Equal(JsonSerializer.Serialize(value, Json), JsonSerializer.Serialize(Read(codec, bytes), Json));
        return value is not decimal number || number == (decimal)Read(codec, bytes)!;
    }

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new Plain<BigInteger>(), new Plain<decimal>() },
    };

    private static byte[] Written(Codec codec, object? value)
    {
        using var writer = new RowBinaryWriter();
        codec.WriteBoxed(writer, value);
        return writer.ToArray();
    }

    private static object? Read(Codec codec, byte[] bytes)
    {
        var reader = new RowBinaryReader(bytes);
        var value = codec.ReadBoxed(ref reader);
        Assert.False(reader.Short);
        Assert.Equal(bytes.Length, reader.Position);
        return value;
    }

    private sealed class Plain<T> : System.Text.Json.Serialization.JsonConverter<T>
        where T : IFormattable
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        // 1.50 and 1.5 are one decimal.
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value is decimal number ? (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture) : value.ToString(null, CultureInfo.InvariantCulture));
    }
}
