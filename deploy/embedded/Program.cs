using EcomIntel.Embedded.ClickHouse;
using EcomIntel.Embedded.Kafka;

return args switch
{
    ["clickhouse", .. var rest] => await ClickHouseCommand.RunAsync(rest),
    ["kafka", .. var rest] => await KafkaCommand.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: EcomIntel.Embedded clickhouse --path DATADIR --port PORT --library PATH/libchdb.so");
    Console.Error.WriteLine($"       EcomIntel.Embedded {KafkaCommand.Usage}");
    return 2;
}
