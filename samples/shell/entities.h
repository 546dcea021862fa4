#pragma once
#include "json.h"
#include "row_writer.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shell {

/// An answer of ksqlDB's, made readable: fields, and tables with a title. What there is no form for
/// is shown by the names that the server gives it.
struct Readable {
    std::vector<std::pair<std::string, std::string>> fields;
    struct Section {
        std::string title;  ///< empty: the answer's own table
        Grid grid;
    };
    std::vector<Section> sections;
    /// Texts of several lines: a topology, a plan.
    std::vector<std::pair<std::string, std::string>> texts;
    std::string message;  ///< "Stream created"
};

/// One readable part for each thing that the answer describes.
std::vector<Readable> readable(const Json& entity);

/// Writes the answer to a statement in the form that was chosen. A connector's configuration, which
/// may hold passwords, is left out.
void writeEntity(Output& output, const Look& look, std::string_view json);

/// "keyFormat" as a heading: "Key Format".
std::string headingOf(std::string_view name);

}  // namespace shell
