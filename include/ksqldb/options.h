#pragma once
/// @file
/// All options of a Client and its queries.
#include <ksqldb/client_options.h>
#include <ksqldb/query_options.h>
