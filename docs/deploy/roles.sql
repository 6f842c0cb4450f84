-- As the server's administrator, once. The app role owns nothing and passes by nothing; 'casework db upgrade' gives it
-- the rights it needs, and the start is refused if it has more.
CREATE ROLE casework_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
CREATE ROLE casework_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
CREATE DATABASE casework OWNER casework_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE casework FROM PUBLIC;
GRANT CONNECT ON DATABASE casework TO casework_app;
-- A commit that was acknowledged survives a power cut: these are PostgreSQL's own defaults, and must stay so.
ALTER ROLE casework_app SET synchronous_commit = on;
-- 'SHOW fsync' and 'SHOW full_page_writes' must both say on.
