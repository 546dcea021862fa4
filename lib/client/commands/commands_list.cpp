#include "client/commands/command_factory.h"
#include "protocol/descriptions.h"

#include <ksqldb/listings.h>

namespace ksqldb {

using client::listCommand;

Command<std::vector<StreamInfo>> listStreams() {
    return listCommand("LIST STREAMS;", "streams", "streams", protocol::readStream);
}

Command<std::vector<SourceDescription>> listStreamsExtended() {
    return listCommand("LIST STREAMS EXTENDED;", "source_descriptions", "sourceDescriptions",
                       protocol::readSource);
}

Command<std::vector<TableInfo>> listTables() {
    return listCommand("LIST TABLES;", "tables", "tables", protocol::readTable);
}

Command<std::vector<SourceDescription>> listTablesExtended() {
    return listCommand("LIST TABLES EXTENDED;", "source_descriptions", "sourceDescriptions",
                       protocol::readSource);
}

Command<std::vector<TopicInfo>> listTopics() {
    return listCommand("LIST TOPICS;", "kafka_topics", "topics", protocol::readTopic);
}

Command<std::vector<TopicInfo>> listAllTopics() {
    return listCommand("LIST ALL TOPICS;", "kafka_topics", "topics", protocol::readTopic);
}

Command<std::vector<TopicInfo>> listTopicsExtended() {
    return listCommand("LIST TOPICS EXTENDED;", "kafka_topics_extended", "topics",
                       protocol::readTopic);
}

Command<std::vector<TopicInfo>> listAllTopicsExtended() {
    return listCommand("LIST ALL TOPICS EXTENDED;", "kafka_topics_extended", "topics",
                       protocol::readTopic);
}

Command<std::vector<QueryInfo>> listQueries() {
    return listCommand("LIST QUERIES;", "queries", "queries", protocol::readQuery);
}

Command<std::vector<QueryDescription>> listQueriesExtended() {
    return listCommand("LIST QUERIES EXTENDED;", "query_descriptions", "queryDescriptions",
                       protocol::readQueryDescription);
}

Command<std::vector<PropertyInfo>> listProperties() {
    return listCommand("LIST PROPERTIES;", "properties", "properties", protocol::readProperty);
}

Command<std::vector<FunctionInfo>> listFunctions() {
    return listCommand("LIST FUNCTIONS;", "function_names", "functions", protocol::readFunction);
}

Command<std::vector<CustomType>> listTypes() {
    return listCommand("LIST TYPES;", "type_list", "types", protocol::readCustomType);
}

Command<std::vector<VariableInfo>> listVariables() {
    return listCommand("LIST VARIABLES;", "variables", "variables", protocol::readVariable);
}

}  // namespace ksqldb
