"""Rules in, decisions out: three truth values, two channels that must agree, a trace."""
