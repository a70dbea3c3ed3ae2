#!/bin/bash
# Run once by the image, on an empty data directory: who may do what. The same rights as the set-up on one machine gives:
# the owner has the database and migrates it; the app reads and writes rows; the reader reads; the models read, and write what is theirs.
set -euo pipefail

psql --no-psqlrc --set=ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname postgres \
    --set=owner_password="$ECOMINTEL_OWNER_PASSWORD" --set=app_password="$ECOMINTEL_APP_PASSWORD" --set=reader_password="$ECOMINTEL_READER_PASSWORD" \
    --set=ml_password="$ECOMINTEL_ML_PASSWORD" <<'SQL'
CREATE ROLE ecomintel_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
CREATE ROLE ecomintel_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'app_password';
CREATE ROLE ecomintel_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'reader_password';
CREATE ROLE ecomintel_ml LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'ml_password';
CREATE DATABASE ecomintel OWNER ecomintel_owner;
\connect ecomintel
REVOKE ALL ON DATABASE ecomintel FROM PUBLIC;
GRANT CONNECT ON DATABASE ecomintel TO ecomintel_app, ecomintel_reader, ecomintel_ml;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO ecomintel_owner;
GRANT USAGE ON SCHEMA public TO ecomintel_app, ecomintel_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE ecomintel_owner GRANT USAGE ON SCHEMAS TO ecomintel_app, ecomintel_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE ecomintel_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ecomintel_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ecomintel_owner GRANT USAGE, SELECT ON SEQUENCES TO ecomintel_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ecomintel_owner GRANT SELECT ON TABLES TO ecomintel_reader;
ALTER ROLE ecomintel_reader SET default_transaction_read_only = on;
SQL
