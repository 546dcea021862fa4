#pragma once

/// KSQLDB_API marks what the shared library exports. Define KSQLDB_STATIC when linking the static
/// library on Windows.
#if defined(_WIN32) && !defined(KSQLDB_STATIC)
#ifdef KSQLDB_BUILDING
#define KSQLDB_API __declspec(dllexport)
#else
#define KSQLDB_API __declspec(dllimport)
#endif
#elif defined(__GNUC__) && !defined(KSQLDB_STATIC)
#define KSQLDB_API __attribute__((visibility("default")))
#else
#define KSQLDB_API
#endif
