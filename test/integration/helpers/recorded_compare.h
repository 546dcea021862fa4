#pragma once

#include "recorded_answer.h"

#include <ksqldb/ksqldb.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Compare what the client hands out with what a recording holds; each difference is a failure of
// the test that runs.
namespace ksqldb::test {

void expectHeader(const Header& header, const RecordedAnswer& recorded);
void expectRow(const RowView& row, const RecordedAnswer::Row& recorded,
               const std::vector<RecordedColumn>& columns);
/// By typed getters, so that values are shown to be exact by their type.
void expectValue(const ValueView& value, const Json& recorded, const RecordedType& type,
                 bool inStruct);

// How values are written at the top level of a row.
std::string base64(const Bytes& bytes);
std::int64_t daysFrom(const std::string& text);
std::int64_t millisecondsFrom(const std::string& text);  // of a time of day
std::int64_t timestampFrom(const std::string& text);

/// How many values expectValue() has compared, parts of others included.
std::size_t comparedValues();

}  // namespace ksqldb::test
