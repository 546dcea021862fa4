#include "entities.h"

#include "text_width.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace shell {

namespace {

using Member = std::pair<std::string_view, std::string_view>;  // the server's name, the heading

/// Which members of the elements make the table of a list, for the lists that are known.
struct KnownList {
    std::string_view type;
    std::string_view list;
    std::vector<Member> columns;
};

const std::vector<KnownList>& knownLists() {
    static const std::vector<KnownList> all{
        {"streams",
         "streams",
         {{"name", "Stream"},
          {"topic", "Topic"},
          {"keyFormat", "Key Format"},
          {"valueFormat", "Value Format"},
          {"isWindowed", "Windowed"}}},
        {"tables",
         "tables",
         {{"name", "Table"},
          {"topic", "Topic"},
          {"keyFormat", "Key Format"},
          {"valueFormat", "Value Format"},
          {"isWindowed", "Windowed"}}},
        {"kafka_topics", "topics", {{"name", "Topic"}, {"replicaInfo", "Replicas"}}},
        {"kafka_topics_extended",
         "topics",
         {{"name", "Topic"},
          {"replicaInfo", "Replicas"},
          {"consumerCount", "Consumers"},
          {"consumerGroupCount", "Consumer Groups"}}},
        {"queries",
         "queries",
         {{"id", "Query"},
          {"queryType", "Type"},
          {"statusCount", "Status"},
          {"sinks", "Sink"},
          {"sinkKafkaTopics", "Sink Topic"},
          {"queryString", "Statement"}}},
        {"properties",
         "properties",
         {{"name", "Property"},
          {"scope", "Scope"},
          {"level", "Level"},
          {"editable", "Editable"},
          {"value", "Value"}}},
        {"function_names",
         "functions",
         {{"name", "Function"}, {"type", "Type"}, {"category", "Category"}}},
        {"variables", "variables", {{"name", "Variable"}, {"value", "Value"}}},
        {"connector_list",
         "connectors",
         {{"name", "Connector"}, {"type", "Type"}, {"className", "Class"}, {"state", "Status"}}},
        {"connector_plugins_list",
         "connectorsPlugins",
         {{"className", "Class"}, {"type", "Type"}, {"version", "Version"}}},
    };
    return all;
}

// What says nothing to people, or is said elsewhere.
constexpr std::array<std::string_view, 9> left{"@type",     "statementText", "warnings",
                                               "extended",  "statistics",    "errorStats",
                                               "statement", "config",        "schema"};

/// The server breaks the lines of a query; in a table each run of blanks is one.
std::string inOneLineOfSql(std::string_view sql) {
    std::string out;
    for (const char c : sql) {
        const bool isBlank = c == ' ' || c == '\n' || c == '\t';
        if (!isBlank || (!out.empty() && out.back() != ' ')) out += isBlank ? ' ' : c;
    }
    return out;
}

bool isLeftOut(std::string_view name) {
    return std::find(left.begin(), left.end(), name) != left.end();
}

/// A column's type as ksqlDB writes it.
std::string typeText(const Json& schema) {
    const std::string kind = schema["type"].toText();
    if (kind == "ARRAY") return "ARRAY<" + typeText(schema["memberSchema"]) + '>';
    if (kind == "MAP") return "MAP<STRING, " + typeText(schema["memberSchema"]) + '>';
    if (kind == "DECIMAL") {
        const Json& parameters = schema["parameters"];
        return "DECIMAL(" + parameters["precision"].toText() + ", " + parameters["scale"].toText() +
               ')';
    }
    if (kind != "STRUCT") return kind;
    std::string out;
    for (const Json& field : schema["fields"].elements)
        (out += out.empty() ? "" : ", ") +=
            field["name"].toText() + ' ' + typeText(field["schema"]);
    return "STRUCT<" + out + '>';
}

Grid fieldsGrid(const Json& fields) {
    Grid grid;
    grid.columns = {{"Field"}, {"Type"}};
    for (const Json& field : fields.elements) {
        std::string type = typeText(field["schema"]);
        if (const std::string role = field["type"].toText(); !role.empty())
            type += " (" + (role == "KEY" ? std::string("key") : role) + ')';
        grid.rows.push_back({field["name"].toText(), std::move(type)});
    }
    return grid;
}

Cell cellOf(std::string_view name, const Json& value) {
    if (value.kind == Json::Kind::Null) return std::nullopt;
    return name == "queryString" ? inOneLineOfSql(value.text) : value.toText();
}

bool isNumber(const Json& value) {
    return value.kind == Json::Kind::Scalar && value.text != "true" && value.text != "false";
}

Grid gridOf(const Json& list, const std::vector<Member>& columns) {
    Grid grid;
    for (const auto& [name, heading] : columns) {
        const auto isNumeric = [member = name](const Json& row) { return isNumber(row[member]); };
        const bool allNumbers = !list.elements.empty() &&
                                std::all_of(list.elements.begin(), list.elements.end(), isNumeric);
        grid.columns.push_back({std::string(heading), allNumbers});
    }
    for (const Json& element : list.elements) {
        std::vector<Cell>& row = grid.rows.emplace_back();
        for (const auto& column : columns)
            row.push_back(cellOf(column.first, element[column.first]));
    }
    return grid;
}

/// A table of objects that are not known: every member that one of them has is a column.
Grid genericGrid(const Json& list) {
    std::vector<std::string> names;
    for (const Json& element : list.elements)
        for (const auto& member : element.members)
            if (!isLeftOut(member.name) &&
                std::find(names.begin(), names.end(), member.name) == names.end())
                names.push_back(member.name);
    std::vector<std::string> headings;
    for (const std::string& name : names) headings.push_back(headingOf(name));
    std::vector<Member> columns;
    for (std::size_t i = 0; i < names.size(); ++i) columns.emplace_back(names[i], headings[i]);
    return gridOf(list, columns);
}

bool isListOfObjects(const Json& value) {
    return value.isArray() && !value.elements.empty() &&
           std::all_of(value.elements.begin(), value.elements.end(),
                       [](const Json& element) { return element.isObject(); });
}

/// The ids of queries, a line each, where these are not described at length.
std::string idsOf(const Json& list) {
    std::string out;
    for (const Json& element : list.elements)
        (out += out.empty() ? "" : "\n") += element["id"].toText();
    return out;
}

bool haveIds(const Json& list) {
    return std::all_of(list.elements.begin(), list.elements.end(),
                       [](const Json& element) { return !element["id"].isEmpty(); });
}

Readable described(const Json& object) {
    Readable out;
    // DESCRIBE without EXTENDED is asked for the columns.
    const bool isBrief = object["extended"].toText() == "false";
    for (const auto& [name, value] : object.members) {
        if (value.isEmpty() || (isLeftOut(name) && (isBrief || name != "statement"))) continue;
        if (name == "fields")
            out.sections.insert(out.sections.begin(), {"", fieldsGrid(value)});
        else if (isBrief && isListOfObjects(value) && haveIds(value))
            out.fields.emplace_back(headingOf(name), idsOf(value));
        else if (isBrief && isListOfObjects(value))
            continue;
        else if (isListOfObjects(value))
            out.sections.push_back({headingOf(name), genericGrid(value)});
        else if (value.kind == Json::Kind::String && value.text.find('\n') != std::string::npos)
            out.texts.emplace_back(headingOf(name), value.text);
        else
            out.fields.emplace_back(headingOf(name), value.toText());
    }
    return out;
}

Readable withMessage(std::string message) {
    Readable out;
    out.message = std::move(message);
    return out;
}

Readable typesOf(const Json& types) {
    Grid grid;
    grid.columns = {{"Type"}, {"Schema"}};
    for (const auto& [name, schema] : types.members) grid.rows.push_back({name, typeText(schema)});
    Readable out;
    out.sections.push_back({"", std::move(grid)});
    return out;
}

}  // namespace

std::string headingOf(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (out.empty())
            out += static_cast<char>(std::toupper(byte));
        else if (c == '_')
            out += ' ';
        else if (std::isupper(byte) != 0 &&
                 std::isupper(static_cast<unsigned char>(out.back())) == 0)
            (out += ' ') += c;
        else if (out.back() == ' ')
            out += static_cast<char>(std::toupper(byte));
        else
            out += c;
    }
    return out;
}

std::vector<Readable> readable(const Json& entity) {
    const std::string type = entity["@type"].toText();
    if (type == "currentStatus") return {withMessage(entity["commandStatus"]["message"].toText())};
    if (type == "type_list") return {typesOf(entity["types"])};
    if (type == "connector_info")
        return {withMessage("Created connector " + entity["info"]["name"].toText())};
    if (type == "drop_connector")
        return {withMessage("Dropped connector " + entity["connectorName"].toText())};
    for (const KnownList& known : knownLists()) {
        if (known.type != type) continue;
        Readable out;
        out.sections.push_back({"", gridOf(entity[known.list], known.columns)});
        return {out};
    }
    for (const auto& [name, value] : entity.members) {
        if (name == "sourceDescription" || name == "queryDescription") return {described(value)};
        if (name == "sourceDescriptions" || name == "queryDescriptions") {
            std::vector<Readable> all;
            for (const Json& one : value.elements) all.push_back(described(one));
            return all;
        }
    }
    Readable out = described(entity);
    const bool isOnlyMessage =
        out.fields.size() == 1 && out.fields[0].first == "Message" && out.sections.empty();
    if (isOnlyMessage) return {withMessage(out.fields[0].second)};
    return {out};
}

}  // namespace shell
