"""Reads tables of any kind of file, a row at a time: text, spreadsheets, JSON, XML, packed or not.

In: a file. Out: its rows as text by column, each with its number in the file, or why a row could
not be read. What a column means is none of this room's business.
"""
