-- Two logins, neither of them a superuser. Run once: sudo -u postgres psql -f postgresql.sql
-- and then give both a password: \password thuishaven_owner  \password thuishaven_web
CREATE ROLE thuishaven_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE thuishaven_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE IN ROLE thuishaven_app;
CREATE ROLE thuishaven_web LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE IN ROLE thuishaven_app CONNECTION LIMIT 64;
CREATE DATABASE thuishaven OWNER thuishaven_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE thuishaven FROM PUBLIC;
GRANT CONNECT ON DATABASE thuishaven TO thuishaven_web;
