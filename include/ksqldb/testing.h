#pragma once
/// @file
/// Tests without ksqlDB: a server in the process of the test, and rows made by hand. In a library
/// of its own, ksqldb-testing. Begin with testing/server.h.
///
/// GoogleTest's namespace has the same name. Where ksqldb's is in use, put `::` before it.
#include <ksqldb/testing/answer.h>
#include <ksqldb/testing/inserts.h>
#include <ksqldb/testing/push.h>
#include <ksqldb/testing/request.h>
#include <ksqldb/testing/rows.h>
#include <ksqldb/testing/server.h>
#include <ksqldb/testing/server_options.h>
