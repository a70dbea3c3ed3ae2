using System.Numerics;
using System.Runtime.CompilerServices;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>Integers and floats of a size the CLR has. Another number goes in if it is exactly one of these.</summary>
internal sealed class NumberCodec<T>(string typeName) : StructCodec<T>(typeName)
    where T : unmanaged, INumber<T>
{
    private static readonly bool Fractional = typeof(T) == typeof(float) || typeof(T) == typeof(double);

    public override void Skip(ref RowBinaryReader reader) => reader.Skip(Unsafe.SizeOf<T>());

    public override T Read(ref RowBinaryReader reader) => reader.Number<T>();

    public override void Write(RowBinaryWriter writer, T value) => writer.Number(value);

    protected override T From(object value) => value switch
    {
        int number => T.CreateChecked(number),
        long number => T.CreateChecked(number),
        byte number => T.CreateChecked(number),
        short number => T.CreateChecked(number),
        uint number => T.CreateChecked(number),
        ulong number => T.CreateChecked(number),
        sbyte number => T.CreateChecked(number),
        ushort number => T.CreateChecked(number),
        Int128 number => T.CreateChecked(number),
        UInt128 number => T.CreateChecked(number),
        BigInteger number => T.CreateChecked(number),
        bool flag when !Fractional => flag ? T.One : T.Zero,
        Enum => From(Convert.ChangeType(value, Enum.GetUnderlyingType(value.GetType()), null)),
        float number when Fractional => T.CreateChecked(number),
        double number when Fractional => T.CreateChecked(number),
        decimal number when Fractional => T.CreateChecked(number),
        _ => base.From(value),
    };
}

internal sealed class BoolCodec(string typeName) : StructCodec<bool>(typeName)
{
    public override void Skip(ref RowBinaryReader reader) => reader.Skip(1);

    public override bool Read(ref RowBinaryReader reader) => reader.Byte() != 0;

    public override void Write(RowBinaryWriter writer, bool value) => writer.Byte(value ? (byte)1 : (byte)0);
}

/// <summary>Int128, Int256 and their unsigned kin, as BigInteger: the CLR has only half of them.</summary>
internal sealed class BigIntegerCodec(string typeName, int size, bool unsigned) : StructCodec<BigInteger>(typeName)
{
    public override void Skip(ref RowBinaryReader reader) => reader.Skip(size);

    public override BigInteger Read(ref RowBinaryReader reader) => new(reader.Take(size), unsigned);

    public override void Write(RowBinaryWriter writer, BigInteger value) => Write(writer, value, size, unsigned, TypeName);

    public static void Write(RowBinaryWriter writer, BigInteger value, int size, bool unsigned, string typeName)
    {
        if (unsigned && value.Sign < 0)
            throw new OverflowException($"{value} does not fit {typeName}.");
        var room = writer.Room(size)[..size];
        room.Fill(value.Sign < 0 ? (byte)0xFF : (byte)0);
        if (!value.TryWriteBytes(room, out _, unsigned))
            throw new OverflowException($"{value} does not fit {typeName}.");
        writer.Advance(size);
    }

    protected override BigInteger From(object value) => value switch
    {
        int number => number,
        long number => number,
        byte number => number,
        short number => number,
        uint number => number,
        ulong number => number,
        sbyte number => number,
        ushort number => number,
        Int128 number => number,
        UInt128 number => number,
        _ => base.From(value),
    };
}

/// <summary>
/// Decimals, scaled integers on the wire. What System.Decimal cannot hold (more than 28 or 29 digits) is an <see cref="OverflowException"/> on reading;
/// what the column would have to round is one on writing: rounding money is a decision, and not this layer's.
/// </summary>
internal sealed class DecimalCodec : StructCodec<decimal>
{
    private readonly int precision;
    private readonly int scale;
    private readonly int size;
    private readonly BigInteger limit;

    public DecimalCodec(string typeName, int precision, int scale)
        : base(typeName)
    {
        if (precision is < 1 or > 76 || scale < 0 || scale > precision)
            throw new NotSupportedException($"ClickHouse type '{typeName}' has a precision or a scale that is none.");
        this.precision = precision;
        this.scale = scale;
        size = precision switch { <= 9 => 4, <= 18 => 8, <= 38 => 16, _ => 32 };
        limit = BigInteger.Pow(10, precision);
    }

    public override void Skip(ref RowBinaryReader reader) => reader.Skip(size);

    public override decimal Read(ref RowBinaryReader reader)
    {
        switch (size)
        {
            case 4: return Scaled(reader.Number<int>());
            case 8: return Scaled(reader.Number<long>());
            default:
                var unscaled = new BigInteger(reader.Take(size));
                return Fit(unscaled);
        }
    }

    public override void Write(RowBinaryWriter writer, decimal value)
    {
        if (value.Scale > scale)
        {
            // 1.500 fits one decimal place, 1.505 does not.
            var rounded = decimal.Round(value, Math.Min(scale, 28));
            if (rounded != value)
                throw new OverflowException(FormattableString.Invariant($"{value} has more decimal places than {TypeName}: round it first."));
            value = rounded;
        }

        var unscaled = Unscaled(value) * BigInteger.Pow(10, scale - value.Scale);
        if (BigInteger.Abs(unscaled) >= limit)
            throw new OverflowException(FormattableString.Invariant($"{value} has more than the {precision} digits of {TypeName}."));
        BigIntegerCodec.Write(writer, unscaled, size, unsigned: false, TypeName);
    }

    protected override decimal From(object value) => value switch
    {
        int number => number,
        long number => number,
        byte number => number,
        short number => number,
        uint number => number,
        ulong number => number,
        sbyte number => number,
        ushort number => number,
        _ => base.From(value),
    };

    private static BigInteger Unscaled(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var magnitude = new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        return value < 0 ? -(BigInteger)magnitude : magnitude;
    }

    private decimal Scaled(long unscaled)
    {
        var magnitude = (ulong)Int128.Abs(unscaled);
        return new((int)magnitude, (int)(magnitude >> 32), 0, unscaled < 0, (byte)scale);
    }

    private decimal Fit(BigInteger unscaled)
    {
        var places = scale;
        var magnitude = BigInteger.Abs(unscaled);
        // Trailing zeros carry nothing: a sum kept with scale 38 may still be a plain amount.
        while (places > 0 && (places > 28 || magnitude >> 96 != 0))
        {
            var (shorter, digit) = BigInteger.DivRem(magnitude, 10);
            if (!digit.IsZero)
                break;
            (magnitude, places) = (shorter, places - 1);
        }

        if (places > 28 || magnitude >> 96 != 0)
            throw new OverflowException($"A value of {TypeName} has more digits than System.Decimal: read it with toString().");
        var bits = (UInt128)magnitude;
        return new((int)(uint)bits, (int)(uint)(bits >> 32), (int)(uint)(bits >> 64), unscaled.Sign < 0, (byte)places);
    }
}
