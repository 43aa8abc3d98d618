"""The first names that are most common in Sweden, by which a person's name in a text is noticed.

Source: Statistics Sweden's lists of tilltalsnamn, all ages. Names that are also everyday words are in the list too:
only a capital letter makes them suspect, and the person who typed may say that it is no name.
"""

_NAMES = """
    Anna Eva Maria Karin Kristina Lena Sara Emma Kerstin Marie Ingrid Malin Jenny Linda Hanna Annika Susanne Elin
    Elisabeth Monica Birgitta Johanna Ulla Inger Sofia Julia Carina Ida Linnea Helena Åsa Sandra Camilla Ann Anette
    Barbro Amanda Emelie Josefin Elsa Ellen Siv Gunilla Cecilia Alice Lisa Katarina Amina Margareta Fatima Therese
    Frida Matilda Ebba Maja Klara Wilma Moa Agnes Alva Astrid Saga Selma Olivia Nathalie Rebecka Madeleine Jessica
    Marianne Berit Gun Britt Agneta Louise Charlotte Pia Mona Caroline Viktoria Zahra Mariam Leila Nora Stina Lovisa
    Lars Mikael Anders Per Erik Johan Peter Daniel Jan Thomas Fredrik Hans Andreas Stefan Mohammed Mohamed Mattias
    Magnus Marcus Jonas Bengt Niklas Martin Alexander Patrik Oskar Björn Henrik Mats David Karl Leif Viktor Christer
    Christian Simon Filip Gustav William Robert Christoffer Ulf Emil Joakim Kjell Anton Göran Jakob Sven Bo Håkan Tommy
    Rickard Lucas Ola Ali Ahmed Hassan Omar Ibrahim Yusuf Roger Rolf Gunnar Kent Adam Axel Elias Hugo Oliver Liam Noah
    Leo Ludvig Albin Isak Kalle Jimmy Kenneth Conny Ronny Jörgen Åke Olle Nils Arne Börje Stig Sebastian Robin Linus
    Tobias
"""
FIRST_NAMES = frozenset(_NAMES.split())
