-- What models expect, as of an instant. Made from events alone: a forecast of what is not known (yet) is kept and read by nobody.

-- Grain: one sku at one location: the newest forecast of its demand. daily: units expected on each day (UTC) from first_day on. quantiles: of the units of
-- the first sum_days[i] days together, one a level, row after row.
CREATE TABLE demand_forecasts (
    sku            text                NOT NULL,
    location       text                NOT NULL,
    as_of          timestamptz         NOT NULL,
    updated_by     uuid                NOT NULL,              -- the event it is as of
    model          text                NOT NULL,
    model_version  text                NOT NULL,
    first_day      date                NOT NULL,
    daily          double precision[]  NOT NULL,
    levels         double precision[]  NOT NULL,
    sum_days       integer[]           NOT NULL,
    quantiles      double precision[]  NOT NULL,
    PRIMARY KEY (sku, location),
    CHECK (cardinality(quantiles) = cardinality(levels) * cardinality(sum_days))
);

-- Grain: one item of one supplier: the newest forecast of the days from sent to received, one quantile a level.
CREATE TABLE lead_time_forecasts (
    supplier_id    text                NOT NULL,
    sku            text                NOT NULL,
    as_of          timestamptz         NOT NULL,
    updated_by     uuid                NOT NULL,
    model_version  text                NOT NULL,
    lines          integer             NOT NULL CHECK (lines >= 0),   -- received order lines of the item that it is learned from
    levels         double precision[]  NOT NULL,
    quantiles      double precision[]  NOT NULL,
    PRIMARY KEY (supplier_id, sku),
    CHECK (cardinality(quantiles) = cardinality(levels))
);

-- Grain: one forecast of a sku, by days ahead: the units expected on the first days together, at all locations. Of every forecast, to be held against what
-- was ordered.
CREATE TABLE forecast_sums (
    sku            text           NOT NULL,
    as_of          timestamptz    NOT NULL,
    days           integer        NOT NULL CHECK (days > 0),
    updated_by     uuid           NOT NULL,
    first_day      date           NOT NULL,
    units          numeric(28,4)  NOT NULL CHECK (units >= 0),
    model          text           NOT NULL,                   -- several: its locations' differ
    model_version  text           NOT NULL,
    PRIMARY KEY (sku, as_of, days)
);

-- What a proposal's method "forecast" went by. demand_basis null: made by a program from before this, or by another method.
ALTER TABLE replenishment_proposals
    ADD COLUMN demand_basis            text CHECK (demand_basis IN ('forecast', 'no forecast', 'forecast is stale')),
    ADD COLUMN forecast_as_of          timestamptz,
    ADD COLUMN forecast_model          text,
    ADD COLUMN forecast_model_version  text,
    ADD COLUMN lead_demand             double precision,      -- units expected within the lead time
    ADD COLUMN cycle_demand            double precision,      -- and within lead time and review period
    ADD COLUMN lead_demand_quantile    double precision,      -- units not exceeded within a lead time, at the service level
    ADD COLUMN lead_forecast_as_of     timestamptz,           -- null: lead_days and lead_deviation are what went in
    ADD COLUMN lead_days_p50           double precision,
    ADD COLUMN lead_days_p90           double precision,
    ADD CONSTRAINT replenishment_proposals_forecast CHECK (demand_basis IS NULL OR (demand_basis = 'no forecast') = (forecast_as_of IS NULL));
