#pragma once
/// @file
/// Everything that the server can be asked and that is no query.
#include <ksqldb/assertions.h>
#include <ksqldb/command.h>
#include <ksqldb/connectors.h>
#include <ksqldb/describe.h>
#include <ksqldb/listings.h>
#include <ksqldb/queries.h>
#include <ksqldb/raw_request.h>
#include <ksqldb/script.h>
#include <ksqldb/server_commands.h>
#include <ksqldb/statements.h>
