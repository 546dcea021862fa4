#pragma once
#include "values/json_tree.h"

#include <ksqldb/command.h>

#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {

/// The elements of an answer of /ksql. Throws Error(MalformedResponse) for what is no array of
/// objects, and the Error of an element that is one.
std::vector<Entity> readEntities(std::string_view body);

/// The highest commandSequenceNumber in an answer of /ksql; none where no statement has one, or the
/// answer is none.
std::optional<std::int64_t> lastSequenceNumber(std::string_view body);

/// The one element that there has to be, of one of these types. Throws Error(MalformedResponse)
/// that says what came instead.
const Entity& onlyEntity(const std::vector<Entity>& entities,
                         const std::vector<std::string_view>& types);

/// An answer that has to be an object. Throws Error(MalformedResponse).
values::JsonTree readObject(std::string_view body);

/// Error(MalformedResponse), with the begin of what came.
Error malformed(const std::string& what, std::string_view came);

// Members of an object; what is missing or of another type is empty, 0, false.
std::string text(const values::JsonNode& object, std::string_view name);
std::optional<std::string> optionalText(const values::JsonNode& object, std::string_view name);
bool flag(const values::JsonNode& object, std::string_view name);
std::int64_t integer(const values::JsonNode& object, std::string_view name);
int small(const values::JsonNode& object,
          std::string_view name);  // 0 for what an int does not hold
std::optional<int> optionalSmall(const values::JsonNode& object, std::string_view name);
std::vector<std::string> texts(const values::JsonNode& object, std::string_view name);
std::vector<std::string> warnings(const values::JsonNode& entity);

/// Each object of an array, read.
template <class T>
std::vector<T> all(const values::JsonNode& array, T (*read)(const values::JsonNode&)) {
    std::vector<T> out;
    for (const values::JsonNode& element : array.children()) out.push_back(read(element));
    return out;
}

}  // namespace ksqldb::protocol
