using EcomIntel.Embedded.ClickHouse;

return args switch
{
    ["clickhouse", .. var rest] => await ClickHouseCommand.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: EcomIntel.Embedded clickhouse --path DATADIR --port PORT --library PATH/libchdb.so");
    return 2;
}
