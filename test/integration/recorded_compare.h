#pragma once

#include "recorded_answer.h"

#include <ksqldb/ksqldb.h>

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

/// How many values expectValue() has compared, parts of others included.
std::size_t comparedValues();

}  // namespace ksqldb::test
